// clients/web/src/player/rescue.ts - a session that its node left: looks out for another one while the last picture still
// stands, so that one press goes on, or none where the page moves by itself. Goes on looking until there is one.
import type { SessionId } from '../../../../src/base/ids.ts';
import type { PlaySession } from './play-session.ts';

/** What a rescue is done with. */
export type RescuePorts = {
  /** True while the page shows this session. */
  isShown(session: PlaySession): boolean;
  /** Plans and measures for this session; resolves to how many nodes would have it. */
  look(session: PlaySession): Promise<number>;
  /** Goes to the best of them without asking; absent where the player is asked. */
  readonly moveOn: (() => Promise<void>) | undefined;
};

/** The rescue of one tab's sessions. */
export type Rescue = {
  /** How the session is has changed. */
  notice(session: PlaySession): void;
  /** No node had a seat: looks again in a while. */
  again(session: PlaySession): void;
  /** A first look found nobody else: the lost node itself will do, should it be there again. */
  forgives(session: PlaySession): boolean;
};

const AGAIN_MS = 3_000;

/** Makes the rescue of one tab. */
export function createRescue(ports: RescuePorts): Rescue {
  let looking: SessionId | undefined;
  let forgiven: SessionId | undefined;
  const isStranded = (session: PlaySession): boolean => {
    const { nodeLost, trouble } = session.view.get();
    return ports.isShown(session) && (nodeLost || trouble === 'other-node');
  };
  const rescue = async (session: PlaySession): Promise<void> => {
    looking = session.id;
    const found = await ports.look(session);
    if (!isStranded(session)) return;
    if (ports.moveOn !== undefined) await ports.moveOn();
    else if (found === 0) again(session);
  };
  const again = (session: PlaySession): void => {
    forgiven = session.id;
    setTimeout(() => {
      looking = undefined;
      notice(session);
    }, AGAIN_MS);
  };
  const notice = (session: PlaySession): void => {
    const isLooking = looking === session.id;
    if (isStranded(session) && !isLooking) void rescue(session);
    else if (!isStranded(session) && isLooking) looking = undefined;
  };
  return { notice, again, forgives: (session) => forgiven === session.id };
}
