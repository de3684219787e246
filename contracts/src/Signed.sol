// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Consent, Open, Voucher} from "./interfaces/ISessionEscrow.sol";
import {NodeRecord} from "./interfaces/IStakeRegistry.sol";

/// Everything that is signed (EIP-712), in one domain: this chain and the escrow. The twin of src/protocol/typed-data.ts,
/// voucher.ts and settlement-data.ts.
library Signed {
    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant CONSENT = keccak256(
        "Consent(address payer,address sessionKey,uint256 maxAmount,uint256 maxRate,uint64 validFrom,uint64 validUntil,uint256 nonce)"
    );
    bytes32 private constant OPEN = keccak256(
        "Open(bytes32 consent,address key,address node,uint256 rate,uint256 baseShare,uint16 burnPolicy,uint16 gpuTier,uint256 maxAmount,uint64 startedAtMs,uint256 nonce)"
    );
    bytes32 private constant VOUCHER = keccak256("Voucher(bytes32 lease,uint64 seq,uint64 servedMs,uint256 amount)");
    bytes32 private constant CLOSE = keccak256("Close(bytes32 lease,uint64 seq,uint256 amount)");
    bytes32 private constant LEAVE = keccak256("Leave(bytes32 lease)");
    bytes32 private constant BIND = keccak256("Bind(address node,address operator,uint256 nonce)");
    bytes32 private constant RECORD =
        keccak256("NodeRecord(bytes32 lease,uint64 seq,uint16 slot,uint64 fromMs,uint64 untilMs,bytes32 content)");

    /// Computed anew each time: after a fork of the chain its id is another.
    function domainSeparator(address escrow) internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN, keccak256("Nearcade"), keccak256("1"), block.chainid, escrow));
    }

    function digest(address escrow, bytes32 structHash) internal view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator(escrow), structHash);
    }

    /// The same with a separator at hand: a batch computes it once.
    function digestIn(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// Who signed; 0 for what is no signature: 65 bytes, s low, v 27 or 28.
    function signer(bytes32 digest_, bytes calldata signature) internal pure returns (address) {
        if (signature.length != 65) return address(0);
        (address recovered,,) = ECDSA.tryRecover(
            digest_, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64])
        );
        return recovered;
    }

    /// Whether a consent speaks for `key`: it names the key itself, or the first 20 bytes of the Merkle root of several, each
    /// leaf the hash of a key. A leaf hashes 20 bytes and an inner node 64, so that none passes for the other.
    function speaksFor(address sessionKey, address key, bytes32[] calldata proof) internal pure returns (bool) {
        if (key == sessionKey) return true;
        bytes32 root = MerkleProof.processProofCalldata(proof, keccak256(abi.encodePacked(key)));
        return address(bytes20(root)) == sessionKey;
    }

    /// Whether an account signed: a plain key by recovery, a contract wallet by its own word (ERC-1271).
    function signedBy(address account, bytes32 digest_, bytes calldata signature) internal view returns (bool) {
        if (account == address(0)) return false;
        if (account.code.length == 0) return signer(digest_, signature) == account;
        (bool answered, bytes memory answer) =
            account.staticcall(abi.encodeCall(IERC1271.isValidSignature, (digest_, signature)));
        return answered && answer.length == 32 && abi.decode(answer, (bytes32)) == bytes32(IERC1271.isValidSignature.selector);
    }

    function hash(Consent calldata c) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(CONSENT, c.payer, c.sessionKey, c.maxAmount, c.maxRate, c.validFrom, c.validUntil, c.nonce)
        );
    }

    function hash(Open calldata o) internal pure returns (bytes32) {
        bytes memory front = abi.encode(OPEN, o.consent, o.key, o.node, o.rate, o.baseShare); // Ten words are too many at once.
        return keccak256(
            bytes.concat(front, abi.encode(o.burnPolicy, o.gpuTier, o.maxAmount, o.startedAtMs, o.nonce))
        );
    }

    function hash(Voucher calldata v) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER, v.lease, v.seq, v.servedMs, v.amount));
    }

    function hashClose(Voucher calldata v) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLOSE, v.lease, v.seq, v.amount));
    }

    function hashLeave(bytes32 lease) internal pure returns (bytes32) {
        return keccak256(abi.encode(LEAVE, lease));
    }

    function hashBind(address node, address operator, uint256 nonce) internal pure returns (bytes32) {
        return keccak256(abi.encode(BIND, node, operator, nonce));
    }

    function hash(NodeRecord calldata r) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECORD, r.lease, r.seq, r.slot, r.fromMs, r.untilMs, r.content));
    }
}
