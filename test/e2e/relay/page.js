// test/e2e/relay/page.js - two peers in one page that may speak through relays only: moving pictures one way, and numbers on a
// data channel. A lost packet shows as a NACK or a lost one in the picture's figures.

const connect = async (from, to) => {
  from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
  to.onicecandidate = ({ candidate }) => candidate && from.addIceCandidate(candidate);
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription);
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription);
};

const statsOf = async (peer) => [...(await peer.getStats()).values()];

const paint = (canvas) => {
  const pen = canvas.getContext('2d');
  let frame = 0;
  const timer = setInterval(() => {
    frame++;
    for (let i = 0; i < 24; i++) {
      pen.fillStyle = `hsl(${frame * 7 + i * 15} 80% 50%)`;
      pen.fillRect((i * 27 + frame * 5) % 640, (i * 41 + frame * 3) % 360, 60, 40);
    }
  }, 33);
  return () => clearInterval(timer);
};

/** Runs one pair for so many seconds. `ice`: the one server both may use. Returns what was sent and what arrived. */
window.runPair = async (ice, seconds) => {
  const config = { iceServers: [ice], iceTransportPolicy: 'relay' };
  const [sender, receiver] = [new RTCPeerConnection(config), new RTCPeerConnection(config)];
  const troubles = [];
  sender.onicecandidateerror = ({ errorCode, errorText }) => troubles.push(`${errorCode} ${errorText}`);
  const canvas = document.body.appendChild(document.createElement('canvas'));
  [canvas.width, canvas.height] = [640, 360];
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  const stop = paint(canvas);
  const [track] = canvas.captureStream(30).getVideoTracks();
  sender.addTrack(track);
  receiver.ontrack = (event) => {
    video.srcObject = new MediaStream([event.track]);
    video.play();
  };
  const channel = sender.createDataChannel('numbers', { ordered: false });
  const numbers = new Set();
  let announce;
  const lastSeen = new Promise((resolve) => {
    announce = resolve;
  });
  let last = -1;
  receiver.ondatachannel = (event) => {
    event.channel.onmessage = ({ data }) => {
      numbers.add(new DataView(data).getUint32(0));
      if (numbers.size === last) announce();
    };
    event.channel.binaryType = 'arraybuffer';
  };
  await connect(sender, receiver);
  await new Promise((resolve, reject) => {
    channel.onopen = resolve;
    setTimeout(() => reject(new Error(`no way over ${ice.urls}: ${sender.iceConnectionState} ${troubles}`)), 60000);
  });
  let sent = 0;
  const payload = new DataView(new ArrayBuffer(600));
  const ticker = setInterval(() => {
    payload.setUint32(0, sent++);
    channel.send(payload);
  }, 10);
  // A busy machine may take longer; it must not be done before anything was sent.
  const started = performance.now();
  for (let shown = 0; performance.now() - started < seconds * 1000 || sent < 20 * seconds || shown < 3 * seconds; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const row = (await statsOf(receiver)).find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
    shown = row?.framesDecoded ?? 0;
  }
  clearInterval(ticker);
  last = sent;
  if (numbers.size === last) announce();
  await Promise.race([lastSeen, new Promise((resolve) => setTimeout(resolve, 5000))]);
  const [mine, theirs] = [await statsOf(sender), await statsOf(receiver)];
  stop();
  const inbound = theirs.find((row) => row.type === 'inbound-rtp' && row.kind === 'video');
  const outbound = mine.find((row) => row.type === 'outbound-rtp' && row.kind === 'video');
  const pair = mine.find((row) => row.type === 'candidate-pair' && row.nominated && row.state === 'succeeded');
  const local = mine.find((row) => row.id === pair?.localCandidateId);
  sender.close();
  receiver.close();
  return {
    candidate: local?.candidateType,
    relayProtocol: local?.relayProtocol,
    numbersSent: sent,
    numbersCame: numbers.size,
    videoPackets: inbound?.packetsReceived,
    videoLost: inbound?.packetsLost,
    framesDecoded: inbound?.framesDecoded,
    nacks: outbound?.nackCount ?? 0,
  };
};
