// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPayouts} from "./IPayouts.sol";

/// The wallet lets `sessionKey` spend up to `maxAmount`, at most `maxRate` an hour, within a span of Unix seconds. Where many
/// devices play, `sessionKey` is the first 20 bytes of the Merkle root of their keys, and `maxAmount` is for all together.
struct Consent {
    address payer;
    address sessionKey;
    uint256 maxAmount;
    uint256 maxRate;
    uint64 validFrom;
    uint64 validUntil;
    uint256 nonce;
}

/// One session on one node. Signed by `key`, which the consent speaks for; its digest is the lease's id.
struct Open {
    bytes32 consent;
    address key;
    address node;
    uint256 rate; // wei per hour, base and premium together
    uint256 baseShare; // wei per hour of `rate` that the burn policy applies to
    uint16 burnPolicy;
    uint16 gpuTier;
    uint256 maxAmount;
    uint64 startedAtMs;
    uint256 nonce;
}

/// So much have I been served, so much do I owe, since the session began. Signed by the Open's key.
struct Voucher {
    bytes32 lease;
    uint64 seq;
    uint64 servedMs;
    uint256 amount;
}

/// A voucher to settle. `closeSignature`, when not empty, is the node's over Close{lease, seq, amount}: this voucher is the
/// last, and the rest of the lock goes back to the player at once. With seq 0 and amount 0 no voucher is needed.
struct Settlement {
    Voucher voucher;
    bytes signature;
    bytes closeSignature;
}

/// A lease as it stands. `releaseAt` 0: closed, and `endsAt` is when. `payer` 0: there is no such lease.
/// Six words of storage, of which only the first changes: that is what makes a batch cheap. 96 bits hold eight times all
/// coins that will ever exist, 32 bits of seconds last until 2106.
struct Lease {
    uint96 paid;
    uint64 seq;
    uint32 servedMs;
    uint32 endsAt; // time served later than this is not paid
    uint32 releaseAt; // from then on anyone may expire the lease
    address payer;
    uint96 maxAmount;
    address sessionKey;
    uint96 rate;
    address operator;
    uint96 baseShare;
    address node;
    uint48 startedAtMs;
    uint16 burnBps;
    uint16 platformBps;
    bytes32 consent;
}

/// What the contract owes an account.
struct Account {
    uint256 balance; // free to play with or to withdraw
    uint256 earned; // to be claimed
    uint256 withdrawAmount; // asked for
    uint64 withdrawAt; // when it may leave; 0: nothing asked for
}

/// From `gpusFrom` active GPUs on, `burnBps` of the base leg are burned.
struct BurnTier {
    uint32 gpusFrom;
    uint16 burnBps;
}

/// A burn rule. `ratchet`: a reached tier stays although GPUs leave.
struct BurnPolicy {
    uint16 number;
    bool ratchet;
    BurnTier[] tiers;
}

/// What the owner sets, with notice. `baseFloor`: least base leg in wei per hour.
struct Terms {
    uint16 platformBps;
    uint16 burnPolicy;
    uint128 baseFloor;
}

/// What the escrow is made with. `registry` must know this escrow already (deployment.ts foretells its address).
struct Setup {
    address registry;
    address owner; // sets terms, with notice; pauses
    address treasury; // earns the platform's share
    address guardian; // pauses
    uint16 platformBps; // the first terms
    uint16 burnPolicy;
    uint128 baseFloor;
}

/// Deposits, leases, vouchers, the split of what is paid, and the burn tier. Every amount is a multiple of 1,000 wei.
/// Whoever sends a transaction, the same happens: what moves money is signatures and clocks (docs/MONEY.md).
interface ISessionEscrow is IPayouts {
    event Deposited(address indexed player, address indexed from, uint256 amount);
    event WithdrawRequested(address indexed player, uint256 amount, uint64 readyAt);
    event Withdrawn(address indexed player, address indexed to, uint256 amount);
    event ConsentRevoked(address indexed payer, bytes32 indexed consent);
    event Opened(
        bytes32 indexed lease,
        address indexed payer,
        address indexed node,
        bytes32 consent,
        address operator,
        uint256 maxAmount,
        uint16 burnBps,
        uint16 platformBps
    );
    /// `amount` is cumulative; the three parts are what this settlement added.
    event Settled(
        bytes32 indexed lease,
        address indexed payer,
        address indexed operator,
        uint64 seq,
        uint64 servedMs,
        uint256 amount,
        uint256 burnWei,
        uint256 platformWei,
        uint256 operatorWei
    );
    /// One item of settleMany was not settled; `reason` is the selector of the error that settle would give.
    event SettleSkipped(bytes32 indexed lease, bytes4 reason);
    event CloseRequested(bytes32 indexed lease, address indexed payer, uint64 releaseAt);
    event Closed(bytes32 indexed lease, address indexed payer, uint256 amount, uint256 released);
    event NodeActive(address indexed node, uint32 gpus, uint32 untilDay);
    event TierMoved(uint32 indexed day, uint32 basisGpus, uint32 peakGpus);
    event PolicyAdded(uint16 indexed number);
    event TermsAnnounced(uint16 platformBps, uint16 burnPolicy, uint128 baseFloor, uint64 since);
    event TreasurySet(address treasury);
    event GuardianSet(address guardian);

    error TooMuch(); // more than the account has
    error TooEarly(); // the clock of withdraw, expire or new terms has not run out
    error BadConsentSignature();
    error BadOpenSignature();
    error BadVoucherSignature();
    error BadCloseSignature();
    error WrongConsent(); // the Open names another consent
    error WrongKey(); // the consent does not speak for the key of the Open
    error ConsentNotValid(); // startedAt lies outside the consent's span, or after its revocation
    error ConsentExceeded(); // locks of the consent would sum to more than its maximum
    error RateTooHigh(); // above the consent's maxRate, or wider than 96 bits
    error BadBaseShare(); // above the rate, below the floor, or under half of the rate (premium above the base)
    error BadTerms(); // policy or tier is not the one in force at startedAt; or terms that cannot be announced
    error StartedInFuture(); // startedAt is more than 30 s ahead
    error OpenTooLate(); // startedAt is more than 10 min ago
    error NodeNotStaked();
    error LeaseExists();
    error NoLease(); // unknown or closed
    error StaleVoucher(); // seq, time or amount not above what is settled
    error OverTime(); // more time than has passed, 30 s of slack
    error OverRate(); // more than the price of the served time
    error OverLock(); // more than the lease's maximum
    error NotAllowed(); // sender is not who may do this

    // Money in and out
    function deposit() external payable;
    function depositFor(address player) external payable;
    /// Asks for coins; a later request replaces an earlier one; 0 takes it back. Takes 20 min.
    function requestWithdraw(uint256 amount) external;
    /// Pays what was asked for, or what is left of it, to `to`.
    function withdraw(address payable to) external returns (uint256 amount);

    // Sessions
    /// `proof`: how `terms.key` belongs to the keys of the consent (Merkle proof); empty where the consent names it.
    function open(
        Consent calldata consent,
        bytes calldata consentSignature,
        Open calldata terms,
        bytes calldata signature,
        bytes32[] calldata proof
    ) external returns (bytes32 lease);
    function settle(Settlement calldata item) external;
    /// Settles what can be settled and says of the rest why not (SettleSkipped).
    function settleMany(Settlement[] calldata items) external returns (uint256 settled);
    /// Ends a lease for the player: in 10 min the rest may be released, and time until then is still paid. By the payer, or by
    /// anyone with the session key's signature over Leave{lease}.
    function closeByPlayer(bytes32 lease, bytes calldata signature) external;
    /// Gives the rest of the lock back, once `releaseAt` has come.
    function expire(bytes32 lease) external;
    /// No session that starts later opens under this consent. By the payer.
    function revokeConsent(bytes32 consent) external;

    // Burn tier
    /// Shows that a node's GPUs are active: ten paid hours each from at least three payers in 30 days. `leases`: closed ones
    /// of that node in ascending order.
    function proveActive(address node, bytes32[] calldata leases) external returns (uint32 gpus);
    /// Carries the tier to the present day. Every open does it too.
    function rollTier() external;

    // Rules
    function addPolicy(BurnPolicy calldata policy) external;
    /// Terms in force two days from now.
    function announceTerms(Terms calldata terms) external;
    function setTreasury(address treasury) external;
    function setGuardian(address guardian) external;
    /// Stops deposit and open, nothing else.
    function pause() external;
    function unpause() external;

    // Views
    function accountOf(address account) external view returns (Account memory);
    function leaseOf(bytes32 lease) external view returns (Lease memory);
    /// What open leases lock and closed ones cost.
    function consentLocked(bytes32 consent) external view returns (uint256);
    /// Unix seconds of the revocation, or 0.
    function consentRevokedAt(address payer, bytes32 consent) external view returns (uint64);
    /// What a session that starts then must carry in its Open, and what it freezes.
    function termsAt(uint64 startedAtMs)
        external
        view
        returns (uint16 burnPolicy, uint16 gpuTier, uint16 burnBps, uint16 platformBps, uint128 baseFloor);
    /// How a cumulative cost is divided.
    function splitOf(uint256 cost, uint256 rate, uint256 baseShare, uint256 burnBps, uint256 platformBps)
        external
        pure
        returns (uint256 burnWei, uint256 platformWei, uint256 operatorWei);
    /// grain(rate * servedMs / 3,600,000)
    function priceOf(uint256 rate, uint256 servedMs) external pure returns (uint256);
    function policyOf(uint16 number) external view returns (BurnPolicy memory);
    /// GPUs that count today, and the count that the tier goes by (`peakGpus` for a policy with a ratchet).
    function tierState() external view returns (uint32 day, uint32 activeGpus, uint32 basisGpus, uint32 peakGpus);
    function treasury() external view returns (address);
    function guardian() external view returns (address);
    function registry() external view returns (address);
    function domainSeparator() external view returns (bytes32);
}
