// clients/web/src/pages/play/banner-list.tsx - news over the picture, with the one thing one can do about it.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TabPlayer } from '../../app/tab-player.ts';
import { useStore } from '../../app/use-store.ts';
import type { PlaySession } from '../../player/play-session.ts';
import { previewChoice } from '../../player/preview.ts';
import { digits, ms, plain } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { type Banner, bannersOf } from './banners.ts';
import classes from './stream.module.css';
import { silentMs } from './use-hud.ts';

/** Another node at once: measured while the player reads. */
function GoOn({ tab, session }: { tab: TabPlayer; session: PlaySession }) {
  const { t } = useTranslation();
  const plan = useStore(tab.player.planner.view);
  const phase = useStore(tab.player.phase);
  const moving = phase.kind === 'running' && phase.moving;
  const choice = previewChoice(plan.plan?.candidates ?? [], plan.measurements, tab.player.lastWish?.path ?? 'auto');
  const { winner } = choice;
  if (moving || plan.kind === 'asking' || plan.kind === 'probing')
    return <span>{t('stream.banner.goOnSearching')}</span>;
  if (winner === undefined) return <span>{t('stream.banner.goOnNone')}</span>;
  return (
    <Button size="compact-md" onClick={() => void tab.player.moveOn()} data-session={session.id}>
      {t('stream.banner.goOn', { node: winner.candidate.name, rtt: ms(winner.measured.rttMinMs) })}
    </Button>
  );
}

function useText(banner: Banner, nodeName: string): string {
  const { t } = useTranslation();
  switch (banner.kind) {
    case 'closed':
      return t('stream.banner.closed');
    case 'lost':
      return t('stream.banner.nodeLost', { node: nodeName });
    case 'ending':
      return t('stream.banner.ending');
    case 'restarting':
      return t('stream.banner.restarting', { seconds: plain(banner.ms / 1_000) });
    case 'weak':
      return t('stream.banner.weak');
    case 'money': {
      const name = ({ balance: 'moneyBalance', cap: 'moneyCap', consent: 'moneyConsent' } as const)[banner.limit];
      return t(`stream.banner.${name}`, { time: digits(banner.ms) });
    }
    case 'leaving':
      return t('stream.banner.leaving', { node: nodeName, time: digits(banner.ms) });
    case 'announced':
      return banner.text;
    case 'voucher':
      return t('stream.banner.voucher');
    case 'hubAway':
      return t('stream.banner.hubAway');
  }
}

function One({ banner, tab, session }: { banner: Banner; tab: TabPlayer; session: PlaySession }) {
  const { t } = useTranslation();
  const text = useText(banner, session.view.get().started.nodeName);
  const grave = banner.kind === 'closed' || banner.kind === 'lost' || banner.kind === 'ending';
  const calm = banner.kind === 'hubAway' || banner.kind === 'announced';
  return (
    <div className={classes.banner} data-tone={grave ? 'stop' : calm ? 'info' : 'warn'} data-kind={banner.kind}>
      <Icon name={calm ? 'info' : 'warn'} />
      <span>{text}</span>
      {banner.kind === 'lost' && <GoOn tab={tab} session={session} />}
      {banner.kind === 'leaving' && (
        <Button size="compact-md" onClick={() => void tab.player.moveOn()}>
          {t('stream.banner.move')}
        </Button>
      )}
    </div>
  );
}

const ANNOUNCED_MS = 30_000; // Long enough to read; the words stand on every other page until they are over.

/** The newest word of those who run the hub, while it is new: what was said before the game was read on the page before. */
function useAnnounced({ player }: TabPlayer): string | undefined {
  const all = useStore(player.announcements);
  const [heard] = useState(() => new Map(all.map(({ id }) => [id, Number.NEGATIVE_INFINITY])));
  const nowMs = performance.now();
  for (const { id } of all) if (!heard.has(id)) heard.set(id, nowMs);
  return all.findLast(({ id }) => nowMs - (heard.get(id) ?? nowMs) < ANNOUNCED_MS)?.text;
}

/** All news of now. */
export function BannerList({ tab, session }: { tab: TabPlayer; session: PlaySession }) {
  const view = useStore(session.view);
  const hud = useStore(session.hud);
  const link = useStore(tab.player.link.state);
  const announced = useAnnounced(tab);
  const banners = bannersOf({
    view,
    link: link.kind,
    state: hud?.state,
    voucherRefused: hud?.voucherRefused !== undefined,
    silentMs: silentMs(hud),
    wallMs: Date.now(),
    announced,
  });
  return (
    <div className={classes.banners} role="status" aria-live="polite">
      {banners.map((banner) => (
        <One key={banner.kind} banner={banner} tab={tab} session={session} />
      ))}
    </div>
  );
}
