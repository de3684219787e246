// clients/web/src/player/planner.ts - knows before the press where one could play: asks the hub for candidates, measures
// them, and keeps both fresh while somebody looks at the page. Costs nothing and holds nothing.

import { OutageError } from '../../../../src/base/assert.ts';
import type { GameId, NodeId } from '../../../../src/base/ids.ts';
import { timings } from '../../../../src/protocol/limits.ts';
import type { HubToPlayer } from '../../../../src/protocol/player-messages.ts';
import type { Measurement, Path } from '../../../../src/protocol/shapes.ts';
import type { HubLink } from './hub-link.ts';
import { newKey } from './ids.ts';
import { type ProbeEcho, type ProbeResult, probeAll } from './prober.ts';
import { type PlayerProblem, problem } from './problem.ts';
import { createStore, type Store } from './store.ts';

/** The hub's answer to 'where could I play this?' */
export type Plan = Extract<HubToPlayer, { t: 'plan' }>;

/** How far the look-out is. */
export type PlanView = {
  readonly kind: 'none' | 'asking' | 'probing' | 'ready' | 'failed';
  readonly plan: Plan | undefined;
  readonly results: readonly ProbeResult[];
  readonly measurements: readonly Measurement[];
  /** Echoes as they came back in the last probing, for a picture that moves with them; at most 240. */
  readonly echoes: readonly ProbeEcho[];
  readonly problem: PlayerProblem | undefined;
  /** Page's clock at the end of the last probing. */
  readonly measuredMs: number;
};

/** What to look out for. */
export type PlanWish = {
  readonly game: GameId;
  /** Paths worth measuring. */
  readonly paths: readonly Path[];
  /** Nodes that just failed this player. */
  readonly avoid?: readonly NodeId[];
  /** This node or none. */
  readonly only?: NodeId;
};

/** The look-out of one page. */
export type Planner = {
  readonly view: Store<PlanView>;
  /** Plans and measures; a second call with the same wish shares the first one's work. */
  look(wish: PlanWish): Promise<void>;
  /** True when the plan and its measurements are good for a start with this wish now. */
  fresh(wish: PlanWish): boolean;
  /** Forgets: the plan was used up or refused. */
  drop(): void;
};

const ECHOES_MAX = 300;
/** How often the picture of the echoes is drawn anew: drawing each at once would make the next ones late. */
const DRAW_MS = 120;
const ANSWER_MS = 8_000;
/** A start takes up to this long to reach the hub: a plan that ends sooner is not good for one. */
const MARGIN_MS = 5_000;

const NOTHING: PlanView = {
  kind: 'none',
  plan: undefined,
  results: [],
  measurements: [],
  echoes: [],
  problem: undefined,
  measuredMs: Number.NEGATIVE_INFINITY,
};

const sameWish = (a: PlanWish, b: PlanWish): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Makes a look-out over `link`. */
export function createPlanner(link: HubLink): Planner {
  const view = createStore<PlanView>(NOTHING);
  let wanted: PlanWish | undefined;
  let work: Promise<void> | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;
  const update = (part: Partial<PlanView>): void => view.set({ ...view.get(), ...part });

  const measure = async (wish: PlanWish, plan: Plan): Promise<void> => {
    const mine = (): boolean => wanted === wish;
    const paths = wish.paths.filter((path) => path === 'direct' || plan.relays);
    const fresh: ProbeEcho[] = [];
    const draw = (): void => {
      if (mine() && fresh.length > 0) update({ echoes: [...view.get().echoes, ...fresh.splice(0)].slice(-ECHOES_MAX) });
    };
    const drawing = setInterval(draw, DRAW_MS);
    await probeAll(link, plan.candidates, paths, {
      onEcho: (echo) => fresh.push(echo),
      onResult(result) {
        if (!mine()) return;
        draw();
        const { results, measurements } = view.get();
        update({
          results: [...results, result],
          measurements: result.kind === 'measured' ? [...measurements, result.measurement] : measurements,
        });
      },
    });
    clearInterval(drawing);
    if (mine()) update({ kind: 'ready', measuredMs: performance.now() });
  };
  const run = async (wish: PlanWish): Promise<void> => {
    const started = performance.now();
    // The last picture stays while a plan is only being renewed.
    const renewing = view.get().kind === 'ready' && view.get().plan?.game === wish.game;
    update(renewing ? { problem: undefined } : { ...NOTHING, kind: 'asking' });
    try {
      await link.opened(ANSWER_MS);
      const avoid = wish.avoid === undefined || wish.avoid.length === 0 ? {} : { avoid: [...wish.avoid] };
      const only = wish.only === undefined ? {} : { only: wish.only };
      const answer = await link.ask({ t: 'plan', re: newKey(), game: wish.game, ...avoid, ...only }, ANSWER_MS);
      if (wanted !== wish) return;
      if (!answer.ok) return update({ ...NOTHING, kind: 'failed', problem: answer.error });
      if (answer.value.t !== 'plan') return update({ ...NOTHING, kind: 'failed', problem: problem('HUB_UNREACHABLE') });
      askedMs = started;
      update({ kind: 'probing', plan: answer.value, results: [], measurements: [], echoes: [] });
      await measure(wish, answer.value);
    } catch (error) {
      if (!(error instanceof OutageError)) throw error;
      if (wanted === wish) update({ ...NOTHING, kind: 'failed', problem: problem('HUB_UNREACHABLE') });
    }
  };

  return {
    view,
    look(wish) {
      if (work !== undefined && wanted !== undefined && sameWish(wanted, wish)) return work;
      wanted = wish;
      const mine = run(wish).finally(() => {
        if (work === mine) work = undefined;
      });
      work = mine;
      return mine;
    },
    fresh(wish) {
      return (
        view.get().kind === 'ready' &&
        wanted !== undefined &&
        sameWish(wanted, wish) &&
        performance.now() - askedMs < timings.planMs - MARGIN_MS
      );
    },
    drop() {
      wanted = undefined;
      view.set(NOTHING);
    },
  };
}
