// clients/web/src/pages/play/play-page.tsx - /play in all its states: library, game, start, stream, receipt, refusal.
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Switch.css';
import { Button } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import { settings } from '../../app/settings.ts';
import { type TabPlayer, tabPlayer } from '../../app/tab-player.ts';
import { useStore } from '../../app/use-store.ts';
import { WalletGate } from '../../app/wallet-gate.tsx';
import { EXIT_CHORD } from '../../player/input/keyboard.ts';
import { remembered } from '../../player/remember.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { type DeepLink, linkedPath, readDeepLink } from './deep-link.ts';
import { GameList } from './game-list.tsx';
import { GamePage, startWish } from './game-page.tsx';
import { ReceiptPart } from './receipt-part.tsx';
import { StreamPage } from './stream-page.tsx';

/**
 * Goes back into a session after a reload, or starts by itself where the address says so; a game that nobody offers now, as
 * soon as somebody does. Once a tab.
 */
function useLaunch(tab: TabPlayer, config: PublicConfig, link: DeepLink): void {
  useEffect(() => {
    if (tab.launched.done) return;
    const game = config.games.find(({ id }) => id === link.game);
    const resumes = remembered() !== undefined;
    const starts = link.auto && config.playMoney;
    if (!resumes && starts && game === undefined) return;
    tab.launched.done = true;
    if (resumes) void tab.player.resume();
    else if (starts && game !== undefined) {
      void tab.player.start(startWish(game, link, linkedPath(link, settings.get().hideAddress)));
    }
  }, [tab, config, link]);
}

function Failed({ tab, link }: { tab: TabPlayer; link: DeepLink }) {
  const { t } = useTranslation();
  const phase = useStore(tab.player.phase);
  if (phase.kind !== 'failed') return null;
  const wish = tab.player.lastWish;
  return (
    <ProblemCard problem={phase.problem}>
      {wish !== undefined && <Button onClick={() => void tab.player.start(wish)}>{t('shell.again')}</Button>}
      <Button variant="default" onClick={() => tab.player.reset()}>
        {link.game === undefined ? t('play.others') : t('shell.back')}
      </Button>
    </ProblemCard>
  );
}

/** A game that nobody offers: because nobody is there, or because nobody has it. It opens by itself when that changes. */
function Missing({ online }: { online: number }) {
  const { t } = useTranslation();
  return (
    <ProblemCard problem={{ code: online === 0 ? 'NO_NODE' : 'GAME_UNKNOWN' }}>
      <Button component={Link} to="/play" variant="default">
        {t('play.others')}
      </Button>
    </ProblemCard>
  );
}

function Play({ config, tab }: { config: PublicConfig; tab: TabPlayer }) {
  const link = readDeepLink(useSearch({ strict: false }) as Record<string, unknown>);
  useLaunch(tab, config, link);
  const navigate = useNavigate();
  const phase = useStore(tab.player.phase);
  if (phase.kind === 'failed') return <Failed tab={tab} link={link} />;
  if (phase.kind === 'ended') {
    return <ReceiptPart tab={tab} config={config} ended={phase} onGames={() => void navigate({ to: '/play' })} />;
  }
  if (phase.kind !== 'idle') return <StreamPage tab={tab} config={config} />;
  const game = config.games.find(({ id }) => id === link.game);
  if (link.game !== undefined && game === undefined) return <Missing online={config.nodes.online} />;
  if (game === undefined) return <GameList config={config} onResume={() => void tab.player.resume()} />;
  return <GamePage key={game.id} tab={tab} config={config} game={game} link={link} />;
}

/** /play */
export function Page() {
  const { t } = useTranslation();
  return (
    <WalletGate>
      {({ config, wallet }) => (
        <Play config={config} tab={tabPlayer(config, wallet, t('stream.picture', { chord: EXIT_CHORD }))} />
      )}
    </WalletGate>
  );
}
