// clients/web/src/player/start.ts - from the press of 'play' to a session: plan, consent, 'play', terms. Tries again by
// itself where that is what a person would do: a plan that ran out, a node that said no.
import { OutageError } from '../../../../src/base/assert.ts';
import type { GameId, NodeId, SessionId } from '../../../../src/base/ids.ts';
import { err, ok, type Result } from '../../../../src/base/result.ts';
import { type ErrorCode, errorCodes } from '../../../../src/protocol/error-codes.ts';
import type { Path, PathWish, PlaySettings } from '../../../../src/protocol/shapes.ts';
import type { SigningDomain } from '../../../../src/protocol/typed-data.ts';
import { type Open, openDigest, toWire } from '../../../../src/protocol/voucher.ts';
import type { ConsentTerms, HeldConsent } from './consent.ts';
import type { HubClock } from './hub-clock.ts';
import type { Answer, HubLink } from './hub-link.ts';
import type { Identity } from './identity.ts';
import { newKey } from './ids.ts';
import type { Plan, Planner, PlanWish } from './planner.ts';
import type { Started } from './play-session.ts';
import { type PlayerProblem, problem } from './problem.ts';
import { checkTerms } from './terms.ts';

/** What a player asks for. */
export type StartWish = {
  readonly game: GameId;
  readonly path: PathWish;
  readonly settings: PlaySettings;
  /** A node taken by hand. */
  readonly node?: NodeId;
  /** Goes on from this session, whose node was lost. */
  readonly continues?: SessionId;
  readonly avoid?: readonly NodeId[];
  /** This node or none. */
  readonly only?: NodeId;
  /** Most that a new consent may allow, over all sessions of a day. Default: eight hours at the dearest candidate. */
  readonly allowanceWei?: bigint;
};

/** What a start runs on. */
export type StartPorts = {
  readonly link: HubLink;
  readonly planner: Planner;
  readonly identity: Identity;
  readonly domain: SigningDomain;
  readonly clock: HubClock;
  /** True once the player changed their mind. */
  cancelled(): boolean;
};

/** A seat, and the terms to sign. */
export type Seat = { readonly started: Started; readonly open: Open; readonly consent: HeldConsent };

const PLAY_ANSWER_MS = 20_000;
const LINK_MS = 15_000;
const TRIES_MAX = 3;
const DEFAULT_HOURS = 8n;

/** Paths worth measuring for a wish: a player who hides their address must not be measured directly. */
export function pathsFor(wish: PathWish): readonly Path[] {
  return wish === 'auto' ? ['direct', 'relay'] : [wish];
}

/** The look-out that a start with this wish needs. */
export function planWish(wish: Pick<StartWish, 'game' | 'path' | 'avoid' | 'only'>): PlanWish {
  const avoid = wish.avoid ?? [];
  const only = wish.only === undefined ? {} : { only: wish.only };
  return { game: wish.game, paths: pathsFor(wish.path), ...(avoid.length === 0 ? {} : { avoid }), ...only };
}

/** What a consent for this plan would allow, unless the player chose an amount. */
export function consentTerms(plan: Pick<Plan, 'candidates' | 'capLeftWei'>, allowanceWei?: bigint): ConsentTerms {
  const maxRateWeiPerHour = plan.candidates.reduce((max, { quote }) => {
    const rate = BigInt(quote.rateWeiPerHour);
    return rate > max ? rate : max;
  }, 0n);
  return { maxRateWeiPerHour, maxAmountWei: allowanceWei ?? maxRateWeiPerHour * DEFAULT_HOURS };
}

/** What to do about a refusal: look out again, ask the wallet again, leave a node out, or tell the player. */
type Remedy = 'plan' | 'consent' | 'elsewhere' | 'tell';
const REMEDIES: Partial<Record<ErrorCode, Remedy>> = {
  PLAN_EXPIRED: 'plan',
  PROBE_TICKET_BAD: 'plan',
  MEASUREMENT_MISSING: 'plan',
  CONSENT_EXCEEDED: 'consent',
  CONSENT_REQUIRED: 'consent',
  CONSENT_BAD: 'consent',
};
function remedyFor(code: string): Remedy {
  if (!(code in errorCodes)) return 'tell';
  const known = code as ErrorCode;
  return REMEDIES[known] ?? (errorCodes[known].retry === 'elsewhere' ? 'elsewhere' : 'tell');
}

/** Asks again with the same key when the hub went away meanwhile: the same key starts one session. */
async function askPlay(
  ports: StartPorts,
  message: Parameters<HubLink['ask']>[0],
): Promise<Result<Answer, PlayerProblem>> {
  for (let tries = 0; ; tries++) {
    await ports.link.opened(LINK_MS);
    try {
      return await ports.link.ask(message, PLAY_ANSWER_MS);
    } catch (error) {
      if (!(error instanceof OutageError) || tries >= TRIES_MAX || ports.cancelled()) throw error;
    }
  }
}

async function tryOnce(wish: StartWish, ports: StartPorts): Promise<Result<Seat, PlayerProblem>> {
  const looking = planWish(wish);
  if (!ports.planner.fresh(looking)) await ports.planner.look(looking);
  const { plan, measurements, problem: failed } = ports.planner.view.get();
  if (plan === undefined) return err(failed ?? problem('HUB_UNREACHABLE'));
  if (plan.candidates.length === 0) return err({ code: 'NO_NODE' });
  const agreed = await ports.identity.consent(consentTerms(plan, wish.allowanceWei), ports.clock.nowMs());
  if (!agreed.ok) return agreed;
  const consent = agreed.value;
  const answer = await askPlay(ports, {
    t: 'play',
    re: newKey(),
    plan: plan.plan,
    path: wish.path,
    settings: wish.settings,
    measurements: [...measurements],
    ...(wish.node === undefined ? {} : { node: wish.node }),
    consent: toWire(consent.consent),
    consentSignature: consent.signature,
    ...(consent.keyProof && { sessionKey: consent.key, keyProof: consent.keyProof }),
    ...(wish.continues === undefined ? {} : { continues: wish.continues }),
    queue: true,
  });
  if (!answer.ok) return answer;
  const started = answer.value;
  if (started.t !== 'started') return err(problem('HUB_UNREACHABLE'));
  const shown = {
    candidates: plan.candidates,
    consent,
    domain: ports.domain,
    picture: wish.settings.picture,
  };
  const terms = checkTerms(started, shown);
  if (!terms.ok) {
    ports.link.send({ t: 'end', session: started.session });
    return err(problem('TERMS_CHANGED', { field: terms.error.field }));
  }
  return ok({ started, open: terms.value, consent });
}

/**
 * Gets a seat.
 * @returns the seat, signed for, or why there is none
 */
export async function start(wish: StartWish, ports: StartPorts): Promise<Result<Seat, PlayerProblem>> {
  let avoid = wish.avoid ?? [];
  let last: PlayerProblem = problem('HUB_UNREACHABLE');
  try {
    for (let tries = 0; tries < TRIES_MAX && !ports.cancelled(); tries++) {
      const seat = await tryOnce({ ...wish, avoid }, ports);
      if (seat.ok) {
        const { started, open, consent } = seat.value;
        const signature = consent.sign(openDigest(ports.domain, open));
        ports.link.send({ t: 'open', session: started.session, signature });
        return seat;
      }
      last = seat.error;
      const remedy = remedyFor(last.code);
      if (remedy === 'tell') break;
      if (remedy === 'consent') ports.identity.refused();
      else ports.planner.drop();
      const failed = last.facts?.node;
      if (remedy === 'elsewhere' && typeof failed === 'string') avoid = [...avoid, failed as NodeId].slice(-8);
    }
  } catch (error) {
    if (!(error instanceof OutageError)) throw error;
    last = { code: error.message in errorCodes ? error.message : 'HUB_UNREACHABLE' };
  }
  return err(last);
}
