// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BurnPolicy, BurnTier, ISessionEscrow, Terms} from "./interfaces/ISessionEscrow.sol";

/// Which share of the base leg is burned: policies as data, the terms in force, and the count of active GPUs that picks the
/// tier. The twin of src/billing/burn-policy.ts and gpu-tier.ts: the tier moves at most once a day, to the finished day's
/// lowest count, so that nobody moves it with cards borrowed for an hour.
abstract contract TierClock is ISessionEscrow {
    uint256 internal constant DAY = 1 days;
    uint256 private constant ACTIVE_WINDOW = 30 days;
    uint256 private constant TERMS_NOTICE = 2 days;
    /// An Open may land this long after its session began.
    uint256 internal constant OPEN_WITHIN = 10 minutes;
    uint256 private constant MAX_PLATFORM_BPS = 2_000;
    uint256 private constant MAX_TIERS = 16;

    /// One storage slot. `basis` is the count in force, `peak` its highest ever (for policies with a ratchet); both have
    /// held since `sinceDay`, and the ones before it still serve sessions that began then.
    struct Clock {
        uint32 day;
        uint32 active;
        uint32 lowest;
        uint32 basis;
        uint32 peak;
        uint32 basisBefore;
        uint32 peakBefore;
        uint32 sinceDay;
    }

    struct NodeCount {
        uint32 gpus;
        uint32 untilDay;
    }

    struct Policy {
        bool ratchet;
        BurnTier[] tiers;
    }

    Clock private _clock;
    mapping(uint256 day => uint32 gpus) private _endingOn;
    mapping(address node => NodeCount) private _counted;
    mapping(uint16 number => Policy) private _policies;
    Terms private _terms;
    Terms private _nextTerms;
    uint64 private _nextFrom;

    constructor(BurnPolicy[] memory policies, Terms memory terms) {
        uint32 today = uint32(block.timestamp / DAY);
        _clock.day = today;
        _clock.sinceDay = today;
        for (uint256 i = 0; i < policies.length; i++) _addPolicy(policies[i]);
        _checkTerms(terms);
        _terms = terms;
    }

    function rollTier() public override {
        Clock memory clock = _rolled(block.timestamp / DAY);
        if (clock.day == _clock.day) return;
        _clock = clock;
        emit TierMoved(clock.day, clock.basis, clock.peak);
    }

    function tierState() external view override returns (uint32 day, uint32 activeGpus, uint32 basisGpus, uint32 peakGpus) {
        Clock memory clock = _rolled(block.timestamp / DAY);
        return (clock.day, clock.active, clock.basis, clock.peak);
    }

    function termsAt(uint64 startedAtMs)
        public
        view
        override
        returns (uint16 burnPolicy, uint16 gpuTier, uint16 burnBps, uint16 platformBps, uint128 baseFloor)
    {
        uint256 startedAt = startedAtMs / 1_000;
        uint256 startDay = startedAt / DAY;
        uint256 today = block.timestamp / DAY;
        Clock memory clock = _rolled(startDay > today && startDay <= today + 1 ? startDay : today);
        bool before = startDay < clock.sinceDay;
        Terms memory terms = _nextFrom != 0 && startedAt >= _nextFrom ? _nextTerms : _terms;
        Policy storage policy = _policies[terms.burnPolicy];
        uint32 basis = policy.ratchet
            ? (before ? clock.peakBefore : clock.peak)
            : (before ? clock.basisBefore : clock.basis);
        (burnPolicy, platformBps, baseFloor) = (terms.burnPolicy, terms.platformBps, terms.baseFloor);
        while (gpuTier + 1 < policy.tiers.length && policy.tiers[gpuTier + 1].gpusFrom <= basis) gpuTier++;
        burnBps = policy.tiers[gpuTier].burnBps;
    }

    function policyOf(uint16 number) external view override returns (BurnPolicy memory) {
        return BurnPolicy(number, _policies[number].ratchet, _policies[number].tiers);
    }

    /// A policy is never changed and its number never used again.
    function _addPolicy(BurnPolicy memory policy) internal {
        Policy storage kept = _policies[policy.number];
        uint256 count = policy.tiers.length;
        if (kept.tiers.length != 0 || count == 0 || count > MAX_TIERS || policy.tiers[0].gpusFrom != 0) revert BadTerms();
        kept.ratchet = policy.ratchet;
        for (uint256 i = 0; i < count; i++) {
            if (policy.tiers[i].burnBps > 10_000) revert BadTerms();
            if (i != 0 && policy.tiers[i].gpusFrom <= policy.tiers[i - 1].gpusFrom) revert BadTerms();
            kept.tiers.push(policy.tiers[i]);
        }
        emit PolicyAdded(policy.number);
    }

    /// Replaces an announcement that is not in force yet; refuses while one has just come into force and sessions from
    /// before it may still open.
    function _announce(Terms memory terms) internal {
        _checkTerms(terms);
        if (_nextFrom != 0 && block.timestamp >= _nextFrom) {
            if (block.timestamp <= _nextFrom + OPEN_WITHIN) revert TooEarly();
            _terms = _nextTerms;
        }
        _nextTerms = terms;
        _nextFrom = uint64(block.timestamp + TERMS_NOTICE);
        emit TermsAnnounced(terms.platformBps, terms.burnPolicy, terms.baseFloor, _nextFrom);
    }

    /// Counts `gpus` of a node until 30 days after `since`. An older, better count is not replaced by a worse one.
    function _count(address node, uint32 gpus, uint256 since) internal {
        rollTier();
        uint32 untilDay = uint32((since + ACTIVE_WINDOW) / DAY);
        Clock memory clock = _clock;
        NodeCount memory old = _counted[node];
        bool running = old.untilDay > clock.day;
        if (gpus == 0 || untilDay <= clock.day) revert NothingToDo();
        if (running && (gpus < old.gpus || untilDay < old.untilDay)) revert NothingToDo();
        if (running && gpus == old.gpus && untilDay == old.untilDay) revert NothingToDo();
        if (running) {
            _endingOn[old.untilDay] -= old.gpus;
            clock.active -= old.gpus;
        }
        _endingOn[untilDay] += gpus;
        clock.active += gpus;
        _clock = clock;
        _counted[node] = NodeCount(gpus, untilDay);
        emit NodeActive(node, gpus, untilDay);
    }

    function _checkTerms(Terms memory terms) private view {
        if (terms.platformBps > MAX_PLATFORM_BPS || _policies[terms.burnPolicy].tiers.length == 0) revert BadTerms();
    }

    /// The clock on a later day. No count lasts longer than 30 days, so after 32 quiet ones nothing changes any more.
    function _rolled(uint256 today) private view returns (Clock memory clock) {
        clock = _clock;
        for (uint256 steps = 0; clock.day < today; steps++) {
            if (steps == 32) clock.day = uint32(today - 1);
            clock.day++;
            (clock.basisBefore, clock.peakBefore, clock.sinceDay) = (clock.basis, clock.peak, clock.day);
            clock.basis = clock.lowest;
            if (clock.basis > clock.peak) clock.peak = clock.basis;
            clock.active -= _endingOn[clock.day];
            clock.lowest = clock.active;
        }
    }
}
