// src/chain/abi/stake-registry.ts - generated from contracts/src by tools/compile-contracts.ts; a check compares it. Do not edit.

/** JSON ABI of StakeRegistry: functions, events and errors, as ethers takes it. */
export const stakeRegistryAbi = [
  {"inputs":[],"name":"BadBinding","type":"error"},
  {"inputs":[],"name":"BadGpus","type":"error"},
  {"inputs":[],"name":"BadRules","type":"error"},
  {"inputs":[],"name":"CaseKnown","type":"error"},
  {"inputs":[],"name":"Exiting","type":"error"},
  {"inputs":[],"name":"NotAFault","type":"error"},
  {"inputs":[],"name":"NotAGrain","type":"error"},
  {"inputs":[],"name":"NotExiting","type":"error"},
  {"inputs":[],"name":"NotOperator","type":"error"},
  {"inputs":[],"name":"NotStaked","type":"error"},
  {"inputs":[],"name":"NothingToDo","type":"error"},
  {"inputs":[],"name":"StakeTooHigh","type":"error"},
  {"inputs":[],"name":"StakeTooLow","type":"error"},
  {"inputs":[],"name":"TooEarly","type":"error"},
  {"inputs":[],"name":"TransferFailed","type":"error"},
  {"anonymous":false,"inputs":[{"indexed":false,"internalType":"uint256","name":"amount","type":"uint256"}],"name":"Burned","type":"event"},
  {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"account","type":"address"},{"indexed":false,"internalType":"uint256","name":"amount","type":"uint256"}],"name":"Claimed","type":"event"},
  {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"node","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"}],"name":"ExitCancelled","type":"event"},
  {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"node","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":false,"internalType":"uint64","name":"exitAt","type":"uint64"}],"name":"ExitRequested","type":"event"},
  {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"node","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":false,"internalType":"uint256","name":"amount","type":"uint256"}],"name":"Exited","type":"event"},
  {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"node","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":false,"internalType":"uint8","name":"fault","type":"uint8"},{"indexed":false,"internalType":"bytes32","name":"caseId","type":"bytes32"},{"indexed":false,"internalType":"uint256","name":"slashed","type":"uint256"},{"indexed":false,"internalType":"uint256","name":"toPlayers","type":"uint256"}],"name":"Slashed","type":"event"},
  {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"node","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":false,"internalType":"uint32","name":"gpus","type":"uint32"},{"indexed":false,"internalType":"uint256","name":"amount","type":"uint256"}],"name":"Staked","type":"event"},
  {"inputs":[{"internalType":"address","name":"node","type":"address"}],"name":"bindNonce","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"burnOwed","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"address","name":"node","type":"address"}],"name":"cancelExit","outputs":[],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[],"name":"capWeiPerGpu","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"uint256","name":"nanoUsdPerDbc","type":"uint256"}],"name":"capWeiPerGpuAt","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"address","name":"account","type":"address"}],"name":"claim","outputs":[{"internalType":"uint256","name":"amount","type":"uint256"}],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[{"internalType":"address","name":"account","type":"address"}],"name":"claimable","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"escrow","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"address","name":"node","type":"address"}],"name":"exit","outputs":[],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[],"name":"flushBurn","outputs":[{"internalType":"uint256","name":"amount","type":"uint256"}],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[],"name":"liabilities","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"components":[{"internalType":"bytes32","name":"lease","type":"bytes32"},{"internalType":"uint64","name":"seq","type":"uint64"},{"internalType":"uint16","name":"slot","type":"uint16"},{"internalType":"uint64","name":"fromMs","type":"uint64"},{"internalType":"uint64","name":"untilMs","type":"uint64"},{"internalType":"bytes32","name":"content","type":"bytes32"}],"internalType":"struct NodeRecord","name":"a","type":"tuple"},{"internalType":"bytes","name":"signatureA","type":"bytes"},{"components":[{"internalType":"bytes32","name":"lease","type":"bytes32"},{"internalType":"uint64","name":"seq","type":"uint64"},{"internalType":"uint16","name":"slot","type":"uint16"},{"internalType":"uint64","name":"fromMs","type":"uint64"},{"internalType":"uint64","name":"untilMs","type":"uint64"},{"internalType":"bytes32","name":"content","type":"bytes32"}],"internalType":"struct NodeRecord","name":"b","type":"tuple"},{"internalType":"bytes","name":"signatureB","type":"bytes"}],"name":"proveFault","outputs":[],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[{"internalType":"address","name":"node","type":"address"}],"name":"requestExit","outputs":[],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[],"name":"rules","outputs":[{"components":[{"internalType":"uint128","name":"firstWeiPerGpu","type":"uint128"},{"internalType":"uint128","name":"capWeiPerGpu","type":"uint128"},{"internalType":"uint64","name":"capMicroUsdPerGpu","type":"uint64"},{"internalType":"uint32","name":"exitDelay","type":"uint32"}],"internalType":"struct StakeRules","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"uint256","name":"stakeWei","type":"uint256"},{"internalType":"uint256","name":"bps","type":"uint256"}],"name":"slashOf","outputs":[{"internalType":"uint256","name":"slashedWei","type":"uint256"},{"internalType":"uint256","name":"playersWei","type":"uint256"}],"stateMutability":"pure","type":"function"},
  {"inputs":[{"internalType":"address","name":"node","type":"address"},{"internalType":"uint32","name":"gpus","type":"uint32"},{"internalType":"bytes","name":"binding","type":"bytes"}],"name":"stake","outputs":[],"stateMutability":"payable","type":"function"},
  {"inputs":[{"internalType":"address","name":"node","type":"address"}],"name":"stakeOf","outputs":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"uint32","name":"gpus","type":"uint32"},{"internalType":"uint48","name":"exitAt","type":"uint48"},{"internalType":"uint128","name":"amount","type":"uint128"},{"internalType":"uint48","name":"slashedAt","type":"uint48"}],"internalType":"struct Stake","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"address","name":"node","type":"address"}],"name":"standing","outputs":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"uint32","name":"gpus","type":"uint32"}],"stateMutability":"view","type":"function"},
] as const;

/** Creation code of StakeRegistry without constructor arguments (deployment.ts appends them). */
export const stakeRegistryBytecode =
  '0x';
