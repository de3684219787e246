// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The arithmetic of docs/MONEY.md, the same to the wei as src/billing. Everything is a function of cumulative amounts, so
/// it does not matter how often a lease is settled.
library Money {
    uint256 internal constant GRAIN = 1_000; // DBC drops the last three digits of what it moves.
    uint256 internal constant MS_PER_HOUR = 3_600_000;
    uint256 internal constant BPS_WHOLE = 10_000;

    function grain(uint256 amount) internal pure returns (uint256) {
        return amount - (amount % GRAIN);
    }

    function isGrain(uint256 amount) internal pure returns (bool) {
        return amount % GRAIN == 0;
    }

    function price(uint256 rate, uint256 servedMs) internal pure returns (uint256) {
        return grain((rate * servedMs) / MS_PER_HOUR);
    }

    /// Burn, platform and operator add up to `cost`; every rounding goes to the operator.
    function split(uint256 cost, uint256 rate, uint256 baseShare, uint256 burnBps, uint256 platformBps)
        internal
        pure
        returns (uint256 burnWei, uint256 platformWei, uint256 operatorWei)
    {
        uint256 baseWei = rate == 0 ? 0 : grain((cost * baseShare) / rate);
        burnWei = grain((baseWei * burnBps) / BPS_WHOLE);
        platformWei = grain(((cost - burnWei) * platformBps) / BPS_WHOLE);
        operatorWei = cost - burnWei - platformWei;
    }
}
