// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISessionEscrow} from "./interfaces/ISessionEscrow.sol";
import {IStakeRegistry, NodeRecord, Stake, StakeRules} from "./interfaces/IStakeRegistry.sol";
import {Money} from "./Money.sol";
import {Payouts} from "./Payouts.sol";
import {Signed} from "./Signed.sol";

/// Stakes of machines. It has no owner: rules are fixed when it is made, and a stake shrinks only by two records that the
/// machine itself signed and that cannot both be true.
contract StakeRegistry is IStakeRegistry, Payouts {
    uint256 private constant TWICE_SIGNED_BPS = 400;
    uint256 private constant TWICE_LEASED_BPS = 800; // The most that one case takes.
    uint256 private constant PLAYERS_BPS = 1_000;
    uint256 private constant SLASH_PAUSE = 1 days; // A stolen key or a fault of software costs one case a day.
    uint256 private constant GPUS_MAX = 1_024;
    /// The chain's price: getDBCPrice() in billionths of a dollar, 0 while it knows none. Elsewhere nothing lies there.
    address private constant PRICE_ORACLE = address(0x801);

    address public immutable override escrow;
    uint128 private immutable _firstWeiPerGpu;
    uint128 private immutable _capWeiPerGpu;
    uint64 private immutable _capMicroUsdPerGpu;
    uint32 private immutable _exitDelay;

    mapping(address node => Stake) private _stakes;
    mapping(address node => uint256) public override bindNonce;
    mapping(bytes32 caseId => bool) private _cases;

    constructor(address escrow_, StakeRules memory rules_) {
        bool sound = rules_.firstWeiPerGpu != 0 && rules_.capWeiPerGpu >= rules_.firstWeiPerGpu;
        bool grains = Money.isGrain(rules_.firstWeiPerGpu) && Money.isGrain(rules_.capWeiPerGpu);
        bool fair = rules_.exitDelay >= 1 days && rules_.exitDelay <= 60 days;
        if (!sound || !grains || !fair) revert BadRules();
        escrow = escrow_;
        _firstWeiPerGpu = rules_.firstWeiPerGpu;
        _capWeiPerGpu = rules_.capWeiPerGpu;
        _capMicroUsdPerGpu = rules_.capMicroUsdPerGpu;
        _exitDelay = rules_.exitDelay;
    }

    function stake(address node, uint32 gpus, bytes calldata binding) external payable override {
        Stake storage kept = _stakes[node];
        if (kept.operator == address(0)) {
            bytes32 digest = Signed.digest(escrow, Signed.hashBind(node, msg.sender, bindNonce[node]));
            if (node == address(0) || Signed.signer(digest, binding) != node) revert BadBinding();
            kept.operator = msg.sender;
            kept.boundAt = uint48(block.timestamp);
        }
        if (kept.operator != msg.sender) revert NotOperator();
        if (kept.exitAt != 0) revert Exiting();
        if (gpus == 0 || gpus < kept.gpus || gpus > GPUS_MAX) revert BadGpus();
        if (msg.value == 0 && gpus == kept.gpus) revert NothingToDo();
        _payIn(msg.value);
        uint256 amount = kept.amount + msg.value;
        if (amount < uint256(_firstWeiPerGpu) * gpus) revert StakeTooLow();
        if (msg.value != 0 && amount > capWeiPerGpu() * gpus) revert StakeTooHigh();
        kept.amount = uint128(amount);
        kept.gpus = gpus;
        emit Staked(node, msg.sender, gpus, amount);
    }

    function requestExit(address node) external override {
        Stake storage kept = _ownStake(node);
        if (kept.exitAt != 0) revert Exiting();
        kept.exitAt = uint48(block.timestamp + _exitDelay);
        emit ExitRequested(node, msg.sender, kept.exitAt);
    }

    function cancelExit(address node) external override {
        Stake storage kept = _ownStake(node);
        if (kept.exitAt == 0) revert NotExiting();
        kept.exitAt = 0;
        emit ExitCancelled(node, msg.sender);
    }

    function exit(address node) external override {
        Stake memory kept = _stakes[node];
        if (kept.exitAt == 0) revert NotExiting();
        if (block.timestamp < kept.exitAt) revert TooEarly();
        delete _stakes[node];
        bindNonce[node]++; // The old binding cannot bind again.
        _earn(kept.operator, kept.amount);
        emit Exited(node, kept.operator, kept.amount);
    }

    function proveFault(
        NodeRecord calldata a,
        bytes calldata signatureA,
        NodeRecord calldata b,
        bytes calldata signatureB
    ) external override nonReentrant {
        address node = Signed.signer(Signed.digest(escrow, Signed.hash(a)), signatureA);
        address other = Signed.signer(Signed.digest(escrow, Signed.hash(b)), signatureB);
        if (node == address(0) || node != other) revert NotAFault();
        _slash(node, _faultOf(a, b), a, b);
    }

    function stakeOf(address node) external view override returns (Stake memory) {
        return _stakes[node];
    }

    function standing(address node) external view override returns (address operator, uint32 gpus) {
        Stake storage kept = _stakes[node];
        operator = kept.operator;
        if (kept.exitAt != 0) return (operator, 0);
        uint256 paidFor = kept.amount / _firstWeiPerGpu;
        gpus = paidFor < kept.gpus ? uint32(paidFor) : kept.gpus;
    }

    function capWeiPerGpu() public view override returns (uint256) {
        // By hand: the chain's own contracts call it so, since a typed call wants code at the address.
        (bool answered, bytes memory answer) = PRICE_ORACLE.staticcall(abi.encodeWithSignature("getDBCPrice()"));
        return capWeiPerGpuAt(answered && answer.length == 32 ? abi.decode(answer, (uint256)) : 0);
    }

    function capWeiPerGpuAt(uint256 nanoUsdPerDbc) public view override returns (uint256) {
        uint256 inUsd = nanoUsdPerDbc == 0 || _capMicroUsdPerGpu == 0
            ? type(uint256).max
            : Money.grain((uint256(_capMicroUsdPerGpu) * 1e21) / nanoUsdPerDbc);
        uint256 cap = inUsd < _capWeiPerGpu ? inUsd : _capWeiPerGpu;
        return cap < _firstWeiPerGpu ? _firstWeiPerGpu : cap;
    }

    function slashOf(uint256 stakeWei, uint256 bps) public pure override returns (uint256 slashedWei, uint256 playersWei) {
        slashedWei = Money.grain((stakeWei * bps) / Money.BPS_WHOLE);
        playersWei = Money.grain((slashedWei * PLAYERS_BPS) / Money.BPS_WHOLE);
    }

    function rules() external view override returns (StakeRules memory) {
        return StakeRules(_firstWeiPerGpu, _capWeiPerGpu, _capMicroUsdPerGpu, _exitDelay);
    }

    function _ownStake(address node) private view returns (Stake storage kept) {
        kept = _stakes[node];
        if (kept.operator == address(0)) revert NotStaked();
        if (kept.operator != msg.sender) revert NotOperator();
    }

    /// 1: one lease and seq signed twice with different content. 2: two leases on one slot at the same time.
    function _faultOf(NodeRecord calldata a, NodeRecord calldata b) private pure returns (uint8) {
        if (a.lease == b.lease) {
            if (a.seq == b.seq && Signed.hash(a) != Signed.hash(b)) return 1;
            revert NotAFault();
        }
        bool spans = a.fromMs < a.untilMs && b.fromMs < b.untilMs;
        bool overlap = a.fromMs < b.untilMs && b.fromMs < a.untilMs;
        if (a.slot == b.slot && spans && overlap) return 2;
        revert NotAFault();
    }

    function _slash(address node, uint8 fault, NodeRecord calldata a, NodeRecord calldata b) private {
        Stake storage kept = _stakes[node];
        if (kept.operator == address(0)) revert NotStaked();
        if (a.fromMs / 1_000 < kept.boundAt || b.fromMs / 1_000 < kept.boundAt) revert NotAFault();
        bytes32 caseId = _caseId(node, fault, a, b);
        if (_cases[caseId]) revert CaseKnown();
        if (kept.slashedAt != 0 && block.timestamp < kept.slashedAt + SLASH_PAUSE) revert TooEarly();
        _cases[caseId] = true;
        kept.slashedAt = uint48(block.timestamp);
        (uint256 slashed, uint256 toPlayers) = slashOf(kept.amount, fault == 1 ? TWICE_SIGNED_BPS : TWICE_LEASED_BPS);
        kept.amount -= uint128(slashed);
        uint256 given = fault == 1
            ? _giveToPayer(a.lease, toPlayers)
            : _giveToPayer(a.lease, Money.grain(toPlayers / 2)) + _giveToPayer(b.lease, Money.grain(toPlayers / 2));
        _oweBurn(slashed - given);
        emit Slashed(node, kept.operator, fault, caseId, slashed, given);
    }

    /// One case however often, and in whatever order, its records are shown.
    function _caseId(address node, uint8 fault, NodeRecord calldata a, NodeRecord calldata b)
        private
        pure
        returns (bytes32)
    {
        if (fault == 1) return keccak256(abi.encode(node, fault, a.lease, a.seq));
        (bytes32 low, bytes32 high) = a.lease < b.lease ? (a.lease, b.lease) : (b.lease, a.lease);
        return keccak256(abi.encode(node, fault, low, high));
    }

    /// The player of a lease on this contract's escrow, if there is one.
    function _giveToPayer(bytes32 lease, uint256 amount) private returns (uint256) {
        address payer = ISessionEscrow(escrow).leaseOf(lease).payer;
        if (payer == address(0)) return 0;
        _earn(payer, amount);
        return amount;
    }
}
