// clients/web/src/pages/play/game-page.tsx - one game, before anything costs.
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeId } from '../../../../../src/base/ids.ts';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import type { Game, PathWish } from '../../../../../src/protocol/shapes.ts';
import { qualities, settings } from '../../app/settings.ts';
import type { TabPlayer } from '../../app/tab-player.ts';
import { useStore } from '../../app/use-store.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { previewChoice } from '../../player/preview.ts';
import { decodableCodecs } from '../../player/session-peer.ts';
import { consentTerms, planWish, type StartWish } from '../../player/start.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { CarePanel } from './care-panel.tsx';
import { type DeepLink, linkedPath, linkedPicture } from './deep-link.ts';
import { OptionsPanel } from './options-panel.tsx';
import classes from './play.module.css';
import { type AllowanceHours, TicketPanel } from './ticket-panel.tsx';
import { useKeptMeasurement, useLookout } from './use-lookout.ts';
import { VerdictPanel } from './verdict-panel.tsx';

/** What to ask the hub for, from the game, the address and this browser's settings. */
export function startWish(game: Game, link: DeepLink, path: PathWish): StartWish {
  const picture = linkedPicture(link, game.picture);
  const kbpsMax = link.kbps ?? qualities[settings.get().quality];
  return {
    game: game.id,
    path,
    ...(link.node === undefined ? {} : { only: link.node }),
    settings: {
      codecs: [...decodableCodecs()],
      language: currentLanguage(),
      ...(picture === undefined ? {} : { picture }),
      ...(kbpsMax === undefined ? {} : { kbpsMax }),
      ...(link.seed === undefined ? {} : { seed: link.seed }),
    },
  };
}

/** The page of one game. */
export function GamePage({
  tab,
  config,
  game,
  link,
}: {
  tab: TabPlayer;
  config: PublicConfig;
  game: Game;
  link: DeepLink;
}) {
  const { t } = useTranslation();
  useTitle(game.title[currentLanguage()]);
  const { planner } = tab.player;
  const { hideAddress } = useStore(settings);
  const [path, setPath] = useState<PathWish>(linkedPath(link, hideAddress));
  const [picked, setPicked] = useState<NodeId>();
  const [hours, setHours] = useState<AllowanceHours>(8);
  const looking = planWish({ game: game.id, path, ...(link.node === undefined ? {} : { only: link.node }) });
  useLookout(planner, looking);
  const view = useStore(planner.view);
  useKeptMeasurement(view, path);
  const candidates = view.plan?.candidates ?? [];
  const preview = previewChoice(candidates, view.measurements, path, picked);
  const shown = candidates.find(({ node }) => node === (picked ?? preview.winner?.candidate.node)) ?? candidates[0];
  const full = candidates.length > 0 && candidates.every(({ freeSlots }) => freeSlots === 0);
  const picture = linkedPicture(link, game.picture) ?? game.picture;
  const press = (): void => {
    const rate = view.plan === undefined ? undefined : consentTerms(view.plan).maxRateWeiPerHour;
    void tab.player.start({
      ...startWish(game, link, path),
      ...(picked === undefined ? {} : { node: picked }),
      ...(rate === undefined ? {} : { allowanceWei: rate * BigInt(hours) }),
    });
  };
  return (
    <>
      <Link to="/play" className={classes.back}>
        <Icon name="arrow" size={18} />
        {t('play.others')}
      </Link>
      <div className={classes.page}>
        <div className={classes.left}>
          <TicketPanel
            game={game}
            config={config}
            plan={view.plan}
            quote={shown?.quote}
            full={full}
            hours={hours}
            onHours={setHours}
            onPlay={press}
          />
        </div>
        <div className={classes.right}>
          {view.problem === undefined ? (
            <VerdictPanel
              view={view}
              preview={preview}
              picture={picture}
              picked={picked}
              onPick={setPicked}
              onMeasure={() => void planner.look(looking)}
            />
          ) : (
            <ProblemCard problem={view.problem}>
              <Button onClick={() => void planner.look(looking)}>{t('shell.again')}</Button>
            </ProblemCard>
          )}
          <OptionsPanel path={path} relays={config.relays.udp || config.relays.tcp} onPath={setPath} />
          <CarePanel direct={path === 'auto' || path === 'direct'} />
        </div>
      </div>
      {decodableCodecs().length === 0 && <p className={panel.stop}>{t('play.unfit.text')}</p>}
    </>
  );
}
