// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPayouts} from "./IPayouts.sol";

/// A span of a session as the node swears to it, signed by the machine key in the escrow's domain. A node must sign one
/// record for each (lease, seq), and no two leases with overlapping time on one slot: either is a provable fault.
struct NodeRecord {
    bytes32 lease;
    uint64 seq;
    uint16 slot;
    uint64 fromMs; // Unix milliseconds
    uint64 untilMs; // Unix milliseconds, above fromMs
    bytes32 content; // hash of what the record says besides
}

/// The stake of one machine.
struct Stake {
    address operator; // 0: not staked
    uint32 gpus;
    uint48 exitAt; // 0: no exit asked for
    uint128 amount;
    uint48 boundAt; // records from before do not count: the machine may have been somebody else's
    uint48 slashedAt;
}

/// Rules of the stake, fixed for the life of the contract.
struct StakeRules {
    uint128 firstWeiPerGpu; // least stake of a GPU
    uint128 capWeiPerGpu; // most stake of a GPU, in coins
    uint64 capMicroUsdPerGpu; // and in dollars, where the chain knows a price; 0: no such cap
    uint32 exitDelay; // seconds
}

/// Stake per GPU, bound to machine keys. Nobody but a proof takes it, and a proof takes at most 8 %.
interface IStakeRegistry is IPayouts {
    event Staked(address indexed node, address indexed operator, uint32 gpus, uint256 amount);
    event ExitRequested(address indexed node, address indexed operator, uint64 exitAt);
    event ExitCancelled(address indexed node, address indexed operator);
    event Exited(address indexed node, address indexed operator, uint256 amount);
    /// `fault` 1: two records for one lease and seq; 2: one slot leased twice. `toPlayers` is part of `slashed`; the rest burns.
    event Slashed(address indexed node, address indexed operator, uint8 fault, bytes32 caseId, uint256 slashed, uint256 toPlayers);

    error StakeTooLow(); // below firstWeiPerGpu * gpus
    error StakeTooHigh(); // above the cap
    error BadGpus(); // 0, or fewer than staked before
    error NotOperator(); // the machine is bound to somebody else
    error BadBinding(); // not the machine key's signature over Bind{node, operator, nonce}
    error NotStaked();
    error Exiting(); // an exit was asked for
    error NotExiting();
    error TooEarly(); // the exit delay has not passed, or the node was slashed within a day
    error NotAFault(); // the two records do not contradict each other
    error CaseKnown(); // this fault was paid for
    error BadRules(); // constructor only

    /// Binds a machine to the sender and stakes for `gpus` GPUs, or adds to it. `gpus` is the new total. The binding is needed
    /// when the machine is not bound yet.
    function stake(address node, uint32 gpus, bytes calldata binding) external payable;
    function requestExit(address node) external;
    function cancelExit(address node) external;
    /// After the delay the stake may be claimed and the machine is free. Anyone may send this.
    function exit(address node) external;
    /// Two records of one node that cannot both be true. 4 % of the stake for one lease and seq signed twice, 8 % for a slot
    /// leased twice; a tenth of it goes to the players whose leases these were. Once a day at most.
    function proveFault(NodeRecord calldata a, bytes calldata signatureA, NodeRecord calldata b, bytes calldata signatureB)
        external;

    function stakeOf(address node) external view returns (Stake memory);
    /// Whose machine it is, and how many GPUs: 0 while it exits or its stake is below the least.
    function standing(address node) external view returns (address operator, uint32 gpus);
    function bindNonce(address node) external view returns (uint256);
    /// Most stake per GPU now: the smaller of coins and dollars at the chain's price.
    function capWeiPerGpu() external view returns (uint256);
    /// The same at a price in billionths of a dollar; 0: no price known.
    function capWeiPerGpuAt(uint256 nanoUsdPerDbc) external view returns (uint256);
    /// What a fault costs a stake of `stakeWei`, and the players' part of it.
    function slashOf(uint256 stakeWei, uint256 bps) external pure returns (uint256 slashedWei, uint256 playersWei);
    function rules() external view returns (StakeRules memory);
    function escrow() external view returns (address);
}
