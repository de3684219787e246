// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// How both contracts give coins away: each account takes its own, and what is to be burned waits to be sent.
interface IPayouts {
    event Claimed(address indexed account, uint256 amount);
    event Burned(uint256 amount);

    error NotAGrain(); // an amount is not a multiple of 1,000 wei
    error NothingToDo(); // zero amount, nothing owed, nothing asked for, no change
    error TransferFailed(); // the receiver did not take the coins

    /// Pays an account what it earned. Anyone may send this; a receiver that refuses stops nobody else.
    function claim(address account) external returns (uint256 amount);
    /// Sends what is to be burned to the burn address 0x...dEaD. The chain's issuance does not fall by it.
    function flushBurn() external returns (uint256 amount);

    function claimable(address account) external view returns (uint256);
    function burnOwed() external view returns (uint256);
    /// All that the contract owes to anybody. Its coins are never less.
    function liabilities() external view returns (uint256);
}
