// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What a bank without the grain rule looks like: the control of the dust trap.
contract NaiveBank {
    mapping(address account => uint256) public owed;
    uint256 public owedInAll;

    function deposit() external payable {
        owed[msg.sender] += msg.value;
        owedInAll += msg.value;
    }

    function withdraw() external {
        uint256 amount = owed[msg.sender];
        owed[msg.sender] = 0;
        owedInAll -= amount;
        (bool taken,) = msg.sender.call{value: amount}("");
        require(taken, "not taken");
    }
}

/// Sends calls on, signs as a contract wallet does, and takes coins, refuses them or calls back, as it is told.
contract Puppet {
    enum Mood {
        takes,
        refuses,
        callsBack
    }

    Mood public mood;
    address public target;
    bytes public callback;
    bool public calledBack;
    bool public backRefused;
    mapping(bytes32 digest => bool) public approved;

    function setMood(Mood mood_, address target_, bytes calldata callback_) external {
        (mood, target, callback) = (mood_, target_, callback_);
    }

    function approve(bytes32 digest) external {
        approved[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return approved[digest] ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }

    function act(address to, uint256 value, bytes calldata data) external returns (bytes memory) {
        (bool done, bytes memory answer) = to.call{value: value}(data);
        if (!done) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }

    receive() external payable {
        if (mood == Mood.refuses) revert("no");
        if (mood == Mood.callsBack) {
            calledBack = true;
            (bool done,) = target.call(callback);
            backRefused = !done;
        }
    }
}

/// The chain's price as it lies at 0x801.
contract PriceOracle {
    uint256 public price;

    function setPrice(uint256 price_) external {
        price = price_;
    }

    function getDBCPrice() external view returns (uint256) {
        return price;
    }
}
