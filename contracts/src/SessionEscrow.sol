// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {
    Account,
    BurnPolicy,
    Consent,
    ISessionEscrow,
    Lease,
    Open,
    Settlement,
    Setup,
    Terms,
    Voucher
} from "./interfaces/ISessionEscrow.sol";
import {IStakeRegistry} from "./interfaces/IStakeRegistry.sol";
import {Money} from "./Money.sol";
import {Payouts} from "./Payouts.sol";
import {Signed} from "./Signed.sol";
import {TierClock} from "./TierClock.sol";

/// Players' deposits and what play takes from them. A coin moves from a player only by the player's signatures: a wallet's
/// Consent, a session key's Open that locks, that key's Voucher that pays. The owner sets fee, floor and burn policy for
/// later sessions, with two days' notice, and can touch nobody's coins.
contract SessionEscrow is ISessionEscrow, Payouts, TierClock, Ownable2Step, Pausable {
    uint256 private constant WITHDRAW_DELAY = 20 minutes; // Longer than OPEN_WITHIN: it cannot outrun a session.
    uint256 private constant CHALLENGE = 10 minutes;
    uint256 private constant SETTLE_WINDOW = 1 days;
    uint256 private constant LEASE_MAX = 31 days; // In milliseconds it fits Lease.servedMs with its slack.
    uint256 private constant SLACK_MS = 30_000; // Clocks of hub and chain differ, and a block takes 6 s.
    uint256 private constant ACTIVE_WINDOW = 30 days;
    uint256 private constant PAID_MS_PER_GPU = 36_000_000; // Ten paid hours make one GPU active.
    bytes4 private constant NONE = 0;

    address public immutable override registry;
    address public override treasury;
    address public override guardian;

    mapping(address account => uint256) private _balances;
    mapping(address account => Withdrawal) private _withdrawals;
    mapping(bytes32 lease => Lease) private _leases;
    mapping(bytes32 consent => uint256) public override consentLocked;
    mapping(address payer => mapping(bytes32 consent => uint64)) public override consentRevokedAt;

    struct Withdrawal {
        uint192 amount;
        uint64 readyAt;
    }

    constructor(Setup memory setup, BurnPolicy[] memory policies)
        Ownable(setup.owner)
        TierClock(policies, Terms(setup.platformBps, setup.burnPolicy, setup.baseFloor))
    {
        if (IStakeRegistry(setup.registry).escrow() != address(this)) revert BadTerms();
        registry = setup.registry;
        _setTreasury(setup.treasury);
        guardian = setup.guardian;
    }

    // Money in and out

    function deposit() external payable override {
        _deposit(msg.sender);
    }

    function depositFor(address player) external payable override {
        _deposit(player);
    }

    function requestWithdraw(uint256 amount) external override {
        if (!Money.isGrain(amount)) revert NotAGrain();
        if (amount > _balances[msg.sender]) revert TooMuch();
        uint64 readyAt = amount == 0 ? 0 : uint64(block.timestamp + WITHDRAW_DELAY);
        _withdrawals[msg.sender] = Withdrawal(uint192(amount), readyAt);
        emit WithdrawRequested(msg.sender, amount, readyAt);
    }

    function withdraw(address payable to) external override nonReentrant returns (uint256 amount) {
        Withdrawal memory asked = _withdrawals[msg.sender];
        if (asked.readyAt == 0) revert NothingToDo();
        if (block.timestamp < asked.readyAt) revert TooEarly();
        // A session that began before may have locked a part of it.
        amount = asked.amount < _balances[msg.sender] ? asked.amount : _balances[msg.sender];
        delete _withdrawals[msg.sender];
        _balances[msg.sender] -= amount;
        if (amount != 0) _payOut(to, amount);
        emit Withdrawn(msg.sender, to, amount);
    }

    // Sessions

    function open(
        Consent calldata consent,
        bytes calldata consentSignature,
        Open calldata terms,
        bytes calldata signature,
        bytes32[] calldata proof
    ) external override nonReentrant whenNotPaused returns (bytes32 lease) {
        bytes32 consentId = _digest(Signed.hash(consent));
        lease = _digest(Signed.hash(terms));
        if (_leases[lease].payer != address(0)) revert LeaseExists();
        if (terms.consent != consentId) revert WrongConsent();
        _checkSpan(consent, consentId, terms);
        (address operator, uint32 gpus) = IStakeRegistry(registry).standing(terms.node);
        if (gpus == 0) revert NodeNotStaked();
        _lock(consent, consentId, terms.maxAmount);
        _write(lease, consent, terms, operator);
        if (!Signed.signedBy(consent.payer, consentId, consentSignature)) revert BadConsentSignature();
        if (!Signed.speaksFor(consent.sessionKey, terms.key, proof)) revert WrongKey();
        _checkSigner(lease, signature, terms.key, BadOpenSignature.selector);
    }

    function settle(Settlement calldata item) external override nonReentrant {
        _revertWith(_settle(item, Signed.domainSeparator(address(this))));
    }

    function settleMany(Settlement[] calldata items) external override nonReentrant returns (uint256 settled) {
        bytes32 domain = Signed.domainSeparator(address(this));
        for (uint256 i = 0; i < items.length; i++) {
            bytes4 refused = _settle(items[i], domain);
            if (refused == NONE) settled++;
            else emit SettleSkipped(items[i].voucher.lease, refused);
        }
    }

    function closeByPlayer(bytes32 lease, bytes calldata signature) external override {
        Lease storage kept = _openLease(lease);
        if (msg.sender != kept.payer) {
            _checkSigner(_digest(Signed.hashLeave(lease)), signature, kept.sessionKey, NotAllowed.selector);
        }
        uint32 releaseAt = uint32(block.timestamp + CHALLENGE);
        if (kept.releaseAt <= releaseAt) revert NothingToDo(); // Asked before, or about to end anyway.
        // Time counts until the release: were it to stop here, whoever closes and plays on would play for nothing.
        if (kept.endsAt > releaseAt) kept.endsAt = releaseAt;
        kept.releaseAt = releaseAt;
        emit CloseRequested(lease, kept.payer, releaseAt);
    }

    function expire(bytes32 lease) external override {
        Lease storage kept = _openLease(lease);
        if (block.timestamp < kept.releaseAt) revert TooEarly();
        _close(lease, kept);
    }

    function revokeConsent(bytes32 consent) external override {
        if (consentRevokedAt[msg.sender][consent] != 0) revert NothingToDo();
        consentRevokedAt[msg.sender][consent] = uint64(block.timestamp);
        emit ConsentRevoked(msg.sender, consent);
    }

    // Burn tier

    function proveActive(address node, bytes32[] calldata leases) external override returns (uint32 gpus) {
        uint256 paidMs;
        uint256 oldest = type(uint32).max;
        address[3] memory payers;
        for (uint256 i = 0; i < leases.length; i++) {
            if (i != 0 && leases[i] <= leases[i - 1]) revert BadTerms();
            Lease storage kept = _leases[leases[i]];
            if (kept.node != node || kept.releaseAt != 0 || kept.endsAt + ACTIVE_WINDOW < block.timestamp) revert NoLease();
            if (kept.paid == 0) continue;
            // The time that was paid for, not the time that was claimed.
            paidMs += (uint256(kept.paid) * Money.MS_PER_HOUR + kept.rate - 1) / kept.rate;
            if (kept.endsAt < oldest) oldest = kept.endsAt;
            for (uint256 p = 0; p < 3; p++) {
                if (payers[p] == kept.payer) break;
                if (payers[p] != address(0)) continue;
                payers[p] = kept.payer;
                break;
            }
        }
        if (payers[2] == address(0)) revert NothingToDo();
        (, gpus) = IStakeRegistry(registry).standing(node);
        if (paidMs / PAID_MS_PER_GPU < gpus) gpus = uint32(paidMs / PAID_MS_PER_GPU);
        _count(node, gpus, oldest);
    }

    // Rules

    function addPolicy(BurnPolicy calldata policy) external override onlyOwner {
        _addPolicy(policy);
    }

    function announceTerms(Terms calldata terms) external override onlyOwner {
        _announce(terms);
    }

    function setTreasury(address treasury_) external override onlyOwner {
        _setTreasury(treasury_);
    }

    function setGuardian(address guardian_) external override onlyOwner {
        guardian = guardian_;
        emit GuardianSet(guardian_);
    }

    function pause() external override {
        if (msg.sender != guardian && msg.sender != owner()) revert NotAllowed();
        _pause();
    }

    function unpause() external override onlyOwner {
        _unpause();
    }

    // Views

    function accountOf(address account) external view override returns (Account memory) {
        Withdrawal memory asked = _withdrawals[account];
        return Account(_balances[account], claimable(account), asked.amount, asked.readyAt);
    }

    function leaseOf(bytes32 lease) external view override returns (Lease memory) {
        return _leases[lease];
    }

    function splitOf(uint256 cost, uint256 rate, uint256 baseShare, uint256 burnBps, uint256 platformBps)
        external
        pure
        override
        returns (uint256, uint256, uint256)
    {
        return Money.split(cost, rate, baseShare, burnBps, platformBps);
    }

    function priceOf(uint256 rate, uint256 servedMs) external pure override returns (uint256) {
        return Money.price(rate, servedMs);
    }

    function domainSeparator() external view override returns (bytes32) {
        return Signed.domainSeparator(address(this));
    }

    // Inside

    function _deposit(address player) private whenNotPaused {
        if (msg.value == 0) revert NothingToDo();
        _payIn(msg.value);
        _balances[player] += msg.value;
        emit Deposited(player, msg.sender, msg.value);
    }

    function _setTreasury(address treasury_) private {
        if (treasury_ == address(0)) revert BadTerms();
        treasury = treasury_;
        emit TreasurySet(treasury_);
    }

    function _checkSpan(Consent calldata consent, bytes32 consentId, Open calldata terms) private view {
        uint256 startedAt = terms.startedAtMs / 1_000;
        if (terms.startedAtMs > block.timestamp * 1_000 + SLACK_MS) revert StartedInFuture();
        if (startedAt + OPEN_WITHIN < block.timestamp) revert OpenTooLate();
        if (startedAt < consent.validFrom || startedAt > consent.validUntil) revert ConsentNotValid();
        uint256 revokedAt = consentRevokedAt[consent.payer][consentId];
        if (revokedAt != 0 && startedAt >= revokedAt) revert ConsentNotValid();
        if (terms.rate == 0 || terms.rate > consent.maxRate || terms.rate > type(uint96).max) revert RateTooHigh();
        if (terms.baseShare > terms.rate || terms.rate - terms.baseShare > terms.baseShare) revert BadBaseShare();
    }

    function _lock(Consent calldata consent, bytes32 consentId, uint256 amount) private {
        if (amount == 0 || amount > type(uint96).max) revert OverLock();
        if (!Money.isGrain(amount)) revert NotAGrain();
        uint256 locked = consentLocked[consentId] + amount;
        if (locked > consent.maxAmount) revert ConsentExceeded();
        if (amount > _balances[consent.payer]) revert TooMuch();
        consentLocked[consentId] = locked;
        _balances[consent.payer] -= amount;
    }

    function _write(bytes32 lease, Consent calldata consent, Open calldata terms, address operator) private {
        Lease storage kept = _leases[lease];
        (kept.burnBps, kept.platformBps) = _frozenTerms(terms);
        uint256 last = terms.startedAtMs / 1_000 + LEASE_MAX;
        kept.payer = consent.payer;
        kept.startedAtMs = uint48(terms.startedAtMs);
        kept.sessionKey = terms.key;
        kept.operator = operator;
        kept.node = terms.node;
        kept.endsAt = uint32(consent.validUntil < last ? consent.validUntil : last);
        kept.releaseAt = kept.endsAt + uint32(SETTLE_WINDOW);
        kept.rate = uint96(terms.rate);
        kept.baseShare = uint96(terms.baseShare);
        kept.maxAmount = uint96(terms.maxAmount);
        kept.consent = terms.consent;
        emit Opened(lease, consent.payer, terms.node, terms.consent, operator, terms.maxAmount, kept.burnBps, kept.platformBps);
    }

    /// The shares in force when the session began; the Open must say the same policy and tier.
    function _frozenTerms(Open calldata terms) private returns (uint16, uint16) {
        rollTier();
        (uint16 burnPolicy, uint16 gpuTier, uint16 burnBps, uint16 platformBps, uint128 baseFloor) =
            termsAt(terms.startedAtMs);
        if (terms.burnPolicy != burnPolicy || terms.gpuTier != gpuTier) revert BadTerms();
        if (terms.baseShare < baseFloor) revert BadBaseShare();
        return (burnBps, platformBps);
    }

    /// Settles one voucher, closes where the node says that it is the last. Returns why not, having changed nothing.
    function _settle(Settlement calldata item, bytes32 domain) private returns (bytes4) {
        Voucher calldata voucher = item.voucher;
        Lease memory kept = _leases[voucher.lease];
        if (kept.payer == address(0) || kept.releaseAt == 0) return NoLease.selector;
        bool closes = item.closeSignature.length != 0;
        bool pays = voucher.seq > kept.seq;
        if (pays) {
            bytes4 refused = _weigh(kept, voucher);
            if (refused != NONE) return refused;
            address signer = Signed.signer(Signed.digestIn(domain, Signed.hash(voucher)), item.signature);
            if (signer == address(0) || signer != kept.sessionKey) return BadVoucherSignature.selector;
        } else if (!closes || voucher.seq != kept.seq || voucher.amount != kept.paid) {
            return StaleVoucher.selector;
        }
        if (closes && Signed.signer(Signed.digestIn(domain, Signed.hashClose(voucher)), item.closeSignature) != kept.node) {
            return BadCloseSignature.selector;
        }
        if (pays) _pay(kept, voucher);
        if (closes) _close(voucher.lease, kept);
        return NONE;
    }

    function _weigh(Lease memory kept, Voucher calldata voucher) private view returns (bytes4) {
        if (voucher.servedMs < kept.servedMs || voucher.amount < kept.paid) return StaleVoucher.selector;
        if (voucher.amount > kept.maxAmount) return OverLock.selector;
        if (!Money.isGrain(voucher.amount)) return NotAGrain.selector;
        uint256 until = block.timestamp < kept.endsAt ? block.timestamp : kept.endsAt;
        // startedAt is at most 30 s after the opening block and that is at most `until`, so this does not fall below 0.
        if (voucher.servedMs > until * 1_000 + SLACK_MS - kept.startedAtMs) return OverTime.selector;
        if (voucher.amount > Money.price(kept.rate, voucher.servedMs)) return OverRate.selector;
        return NONE;
    }

    function _pay(Lease memory kept, Voucher calldata voucher) private {
        (uint256 burnWei, uint256 platformWei, uint256 operatorWei) = _added(kept, voucher.amount);
        kept.paid = uint96(voucher.amount);
        Lease storage slot = _leases[voucher.lease];
        slot.paid = kept.paid;
        slot.seq = voucher.seq;
        slot.servedMs = uint32(voucher.servedMs);
        _oweBurn(burnWei);
        _earn(treasury, platformWei);
        _earn(kept.operator, operatorWei);
        emit Settled(
            voucher.lease,
            kept.payer,
            kept.operator,
            voucher.seq,
            voucher.servedMs,
            voucher.amount,
            burnWei,
            platformWei,
            operatorWei
        );
    }

    /// What each part grows by when the cumulative cost grows to `cost`.
    function _added(Lease memory kept, uint256 cost) private pure returns (uint256, uint256, uint256) {
        (uint256 burnWei, uint256 platformWei, uint256 operatorWei) = _split(kept, cost);
        if (kept.paid == 0) return (burnWei, platformWei, operatorWei);
        (uint256 burnBefore, uint256 platformBefore, uint256 operatorBefore) = _split(kept, kept.paid);
        return (burnWei - burnBefore, platformWei - platformBefore, operatorWei - operatorBefore);
    }

    function _split(Lease memory kept, uint256 cost) private pure returns (uint256, uint256, uint256) {
        return Money.split(cost, kept.rate, kept.baseShare, kept.burnBps, kept.platformBps);
    }

    function _close(bytes32 lease, Lease memory kept) private {
        uint256 rest = kept.maxAmount - kept.paid;
        Lease storage slot = _leases[lease];
        slot.endsAt = uint32(block.timestamp);
        slot.releaseAt = 0;
        if (rest != 0) {
            _balances[kept.payer] += rest;
            consentLocked[kept.consent] -= rest;
        }
        emit Closed(lease, kept.payer, kept.paid, rest);
    }

    function _openLease(bytes32 lease) private view returns (Lease storage kept) {
        kept = _leases[lease];
        if (kept.payer == address(0) || kept.releaseAt == 0) revert NoLease();
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return Signed.digest(address(this), structHash);
    }

    function _checkSigner(bytes32 digest, bytes calldata signature, address expected, bytes4 refusal) private pure {
        address signer = Signed.signer(digest, signature);
        if (signer == address(0) || signer != expected) _revertWith(refusal);
    }

    function _revertWith(bytes4 refusal) private pure {
        if (refusal == NONE) return;
        assembly ("memory-safe") {
            mstore(0, refusal)
            revert(0, 4)
        }
    }
}
