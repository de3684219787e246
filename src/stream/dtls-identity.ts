// src/stream/dtls-identity.ts - one certificate a process: a session shows the fingerprint that its probe showed, so the
// player knows that what was measured is what will play (docs/THREATS.md). It dies with the process, on no disk.
import { type RTCCertificate, RTCDtlsTransport } from 'werift';

let made: Promise<RTCCertificate> | undefined;

/** This process's self-signed P-256 certificate; the same one for every call. */
export function dtlsIdentity(): Promise<RTCCertificate> {
  made ??= RTCDtlsTransport.SetupCertificate();
  return made;
}
