// test/e2e/web/fake-console.ts - the operator's console of the scripted hub: two games that run, and what one asks of them.
import type {
  Alerts,
  AlertsRequest,
  EndedPlay,
  Fleet,
  LivePlay,
  OperatorReport,
} from '../../../src/protocol/operator-api.ts';
import type { FakeHub } from './fake-hub.ts';

const DBC = 10n ** 18n;
const LOG = [
  '{"level":"info","time":"2026-11-26T20:00:00.000Z","role":"slot","pid":7,"game":"arcade","event":"session.starting"}',
  '{"level":"error","time":"2026-11-26T20:04:11.250Z","role":"slot","pid":7,"cause":"Error: no such display","event":"session.start-failed"}',
  'a word that is no line of a log',
];
const id = (letter: string) => `s_${letter.repeat(26)}` as LivePlay['sessions'][number]['session'];

/** Answers under /api/operator. */
export class FakeConsole {
  readonly #hub: Pick<FakeHub, 'nodes' | 'operatorActs'>;

  constructor(hub: Pick<FakeHub, 'nodes' | 'operatorActs'>) {
    this.#hub = hub;
  }

  /** Tags, departures and plans. */
  get fleet(): Fleet {
    const nowMs = Date.now();
    const of = (index: number) => this.#hub.nodes[index]?.node ?? ('' as Fleet['nodes'][number]['node']);
    return {
      nodes: this.#hub.nodes.map(({ node }, index) => ({
        node,
        tags: index < 2 ? ['rack 1', ...(index === 0 ? ['機房'] : [])] : [],
        ...(index === 1 && { leavesAtMs: nowMs + 600_000, lastEndsAtMs: nowMs + 600_000 }),
      })),
      windows: [{ id: `w_${'a'.repeat(26)}`, node: of(0), fromMs: nowMs + 3_600_000, untilMs: nowMs + 7_200_000 }],
    };
  }

  /** The answer to a request, or undefined when it is somebody else's. */
  answer(what: string, body: unknown): { status: number; body?: unknown } | undefined {
    if (what === 'GET /api/operator/sessions') return { status: 200, body: this.#live() };
    if (what === 'GET /api/operator/ended') return { status: 200, body: this.#ended() };
    if (/^GET \/api\/operator\/nodes\/.*\/log$/.test(what)) return { status: 200, body: { lines: LOG } };
    if (what === 'GET /api/operator/report') return { status: 200, body: this.#report() };
    const alerts = this.#answerAlerts(what, body);
    if (alerts !== undefined) return alerts;
    if (what === 'GET /api/operator/fleet') return { status: 200, body: this.fleet };
    if (!/^(POST|DELETE) \/api\/operator\/(fleet|windows)/.test(what)) return undefined;
    this.#hub.operatorActs.push(what.startsWith('POST') ? `${what} ${JSON.stringify(body)}` : what);
    if (what.startsWith('DELETE')) return { status: 204 };
    const { nodes } = body as { nodes: Fleet['nodes'][number]['node'][] };
    if (what.endsWith('windows')) return { status: 200, body: { ids: nodes.map(() => `w_${'c'.repeat(26)}`) } };
    return { status: 200, body: { done: nodes.slice(0, 1), left: nodes.slice(1) } };
  }

  #alerts: Alerts = {
    mailOffered: true,
    offlineMinutes: 5,
    currency: 'DBC',
    standing: [
      { id: `a_${'b'.repeat(26)}`, kind: 'offline', name: 'Osaka-3', beganAtMs: Date.now() - 900_000, told: [] },
    ],
  };

  #answerAlerts(what: string, body: unknown): { status: number; body?: unknown } | undefined {
    const [method, path = ''] = what.split(' ');
    if (!path.startsWith('/api/operator/alerts')) return undefined;
    if (method === 'GET') return { status: 200, body: this.#alerts };
    this.#hub.operatorActs.push(`${what} ${JSON.stringify(body)}`);
    if (path.endsWith('/mail')) return { status: 204 };
    if (path.endsWith('/confirm')) {
      const { code, mail } = body as { code: string; mail: string };
      if (code !== '0123456789') return { status: 400, body: { code: 'MAIL_CODE_WRONG', id: 'r_1' } };
      this.#alerts = { ...this.#alerts, mail };
      return { status: 204 };
    }
    const { webhookUrl, keepMail, offlineMinutes } = body as AlertsRequest;
    const { mail, webhookUrl: _before, ...rest } = this.#alerts;
    this.#alerts = {
      ...{ ...rest, offlineMinutes },
      ...(keepMail && mail !== undefined && { mail }),
      ...(webhookUrl !== null && { webhookUrl }),
    };
    return { status: 200, body: webhookUrl === null ? {} : { secret: 'whs_shown_once' } };
  }

  #live(): LivePlay {
    const nowMs = Date.now();
    const row = (letter: string, index: number, startedAtMs: number) => ({
      session: id(letter),
      node: (this.#hub.nodes[index]?.node ?? '') as LivePlay['sessions'][number]['node'],
      nodeName: this.#hub.nodes[index]?.name ?? '-',
      game: 'arcade' as LivePlay['sessions'][number]['game'],
      path: 'direct' as const,
      startedAtMs,
      rateWeiPerHour: (50n * DBC).toString(),
      billedMs: 1_325_000,
      pageHere: true,
      nodeHere: true,
      timeLeftMs: 3_600_000,
    });
    const seen = { atMs: nowMs, fps: 59.8, rttMs: 9.4, lossShare: 0.002, kbps: 14_000 };
    return {
      sessions: [
        { ...row('a', 0, nowMs - 1_330_000), seen, encodeMs: 4.2 },
        { ...row('b', 1, nowMs - 60_000), pageHere: false },
      ],
    };
  }

  #ended(): EndedPlay {
    const { sessions } = this.#live();
    return {
      sessions: sessions.map(({ session, node, nodeName, game, startedAtMs, billedMs }, index) => ({
        ...{ session, node, nodeName, game, billedMs, endedAtMs: startedAtMs },
        reason: index === 0 ? ('game-crashed' as const) : ('voucher-shortfall' as const),
        operatorWei: (12n * DBC).toString(),
      })),
    };
  }

  #report(): OperatorReport {
    const nowMs = Date.now();
    const nodes = this.#hub.nodes.map(({ node, name }, index) => ({
      ...{ node, name, slots: 4, sessions: 31 - index, playedMs: 90_000_000 / (index + 1), paidMs: 88_000_000 },
      share: 0.42 / (index + 1),
      days: [0.1, 0.3, 0.2, 0.9, 1, 0.4, 0],
      score: index === 0 ? 86.5 : 100,
      troubles:
        index === 0
          ? [
              { kind: 'away' as const, atMs: nowMs - 7_200_000, points: 1 },
              { kind: 'lost' as const, atMs: nowMs - 86_400_000, session: id('a'), points: 10 },
              { kind: 'slow' as const, atMs: nowMs - 90_000_000, session: id('b'), points: 2 },
            ]
          : [],
      troublesInAll: index === 0 ? 3 : 0,
    }));
    return { days: 7, share: 0.21, scoreDays: 30, nodes };
  }
}
