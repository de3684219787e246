// clients/web/fake-node/main.ts - a stand-in for rendering nodes, for tests of the page: it runs in a browser tab, draws
// a small game on a canvas and speaks the node's side of docs/PROTOCOL.md over real WebRTC. Never part of the build.
import type { PeerId } from '../../../src/base/ids.ts';
import type { NodeToPlayer } from '../../../src/protocol/control-messages.ts';
import { PROBE_CHANNEL } from '../../../src/protocol/probe-frames.ts';
import type { IceCandidate } from '../../../src/protocol/shapes.ts';
import { createFakeSession, type FakeSession } from './session.ts';

/** What the fake hub asks of this page. */
type Order =
  | { readonly t: 'probe.open'; readonly peer: PeerId; readonly delayMs: number }
  | {
      readonly t: 'start';
      readonly peer: PeerId;
      readonly session: string;
      readonly delayMs: number;
      readonly width: number;
      readonly height: number;
      readonly fps: number;
      readonly codec?: string;
    }
  | { readonly t: 'attach'; readonly peer: PeerId; readonly session: string }
  | { readonly t: 'restart'; readonly session: string }
  | { readonly t: 'sdp'; readonly peer: PeerId; readonly sdp: string }
  | { readonly t: 'candidate'; readonly peer: PeerId; readonly candidate: IceCandidate }
  | { readonly t: 'close'; readonly peer: PeerId }
  | { readonly t: 'end'; readonly session: string }
  | { readonly t: 'freeze'; readonly session: string; readonly on: boolean }
  | ({ readonly session: string } & Extract<NodeToPlayer, { t: 'rumble' }>);

const peers = new Map<PeerId, RTCPeerConnection>();
const sessions = new Map<string, FakeSession>();
const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
const socket = new WebSocket(`${scheme}://${window.location.host}/ws/fake-node`);
const tell = (message: object): void => socket.send(JSON.stringify(message));

function open(peer: PeerId): RTCPeerConnection {
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  peers.set(peer, pc);
  pc.onicecandidate = ({ candidate }) => tell({ t: 'candidate', peer, candidate: candidate?.toJSON() ?? null });
  return pc;
}

async function offer(peer: PeerId, pc: RTCPeerConnection, iceRestart = false): Promise<void> {
  await pc.setLocalDescription(await pc.createOffer({ iceRestart }));
  tell({ t: 'sdp', peer, kind: 'offer', sdp: pc.localDescription?.sdp ?? '' });
}

/** Echoes with the round trip of a node that is `delayMs` away, and a little jitter. */
function openProbe(peer: PeerId, delayMs: number): void {
  const pc = open(peer);
  const channel = pc.createDataChannel(PROBE_CHANNEL, { ordered: false, maxRetransmits: 0 });
  channel.binaryType = 'arraybuffer';
  channel.onmessage = ({ data }) => {
    setTimeout(() => channel.readyState === 'open' && channel.send(data), delayMs + Math.random() * delayMs * 0.12);
  };
  void offer(peer, pc);
}

async function obey(order: Order): Promise<void> {
  switch (order.t) {
    case 'probe.open':
      return openProbe(order.peer, order.delayMs);
    case 'start': {
      const session = createFakeSession(order, (message) => tell({ ...message, session: order.session }));
      sessions.set(order.session, session);
      const pc = open(order.peer);
      session.carry(order.peer, pc);
      return offer(order.peer, pc);
    }
    case 'attach': {
      const pc = open(order.peer);
      sessions.get(order.session)?.carry(order.peer, pc);
      return offer(order.peer, pc);
    }
    case 'restart': {
      const peer = sessions.get(order.session)?.peer;
      const pc = peer === undefined ? undefined : peers.get(peer);
      return peer === undefined || pc === undefined ? undefined : offer(peer, pc, true);
    }
    case 'sdp':
      return peers.get(order.peer)?.setRemoteDescription({ type: 'answer', sdp: order.sdp });
    case 'candidate':
      return peers.get(order.peer)?.addIceCandidate(order.candidate ?? undefined);
    case 'close':
      peers.get(order.peer)?.close();
      peers.delete(order.peer);
      return;
    case 'end':
      sessions.get(order.session)?.close();
      sessions.delete(order.session);
      return;
    case 'freeze':
      sessions.get(order.session)?.freeze(order.on);
      return;
    case 'rumble': {
      const { pad, strong, weak, durationMs } = order;
      sessions.get(order.session)?.say({ t: 'rumble', pad, strong, weak, durationMs });
    }
  }
}

socket.onmessage = ({ data }) => {
  void obey(JSON.parse(String(data)) as Order).catch((error: unknown) => console.error('fake node', error));
};
