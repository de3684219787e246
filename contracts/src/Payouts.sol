// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IPayouts} from "./interfaces/IPayouts.sol";
import {Money} from "./Money.sol";

/// Coins in and out. Every coin leaves through _payOut, and only to an account that asks for its own.
abstract contract Payouts is IPayouts, ReentrancyGuard {
    address internal constant BURN_ADDRESS = 0x000000000000000000000000000000000000dEaD;

    mapping(address account => uint256) private _earned;
    uint256 public override burnOwed;
    /// Counted in and out, never read from the own balance: coins forced on the contract belong to nobody.
    uint256 public override liabilities;

    function claimable(address account) public view override returns (uint256) {
        return _earned[account];
    }

    function claim(address account) external override nonReentrant returns (uint256 amount) {
        amount = _earned[account];
        if (amount == 0) revert NothingToDo();
        _earned[account] = 0;
        _payOut(account, amount);
        emit Claimed(account, amount);
    }

    function flushBurn() external override nonReentrant returns (uint256 amount) {
        amount = burnOwed;
        if (amount == 0) revert NothingToDo();
        burnOwed = 0;
        _payOut(BURN_ADDRESS, amount);
        emit Burned(amount);
    }

    /// Takes note of coins that came with this call.
    function _payIn(uint256 amount) internal {
        if (!Money.isGrain(amount)) revert NotAGrain();
        liabilities += amount;
    }

    function _payOut(address to, uint256 amount) internal {
        liabilities -= amount;
        (bool taken,) = to.call{value: amount}("");
        if (!taken) revert TransferFailed();
    }

    function _earn(address account, uint256 amount) internal {
        if (amount != 0) _earned[account] += amount;
    }

    function _oweBurn(uint256 amount) internal {
        if (amount != 0) burnOwed += amount;
    }
}
