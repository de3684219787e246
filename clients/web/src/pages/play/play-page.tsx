// clients/web/src/pages/play/play-page.tsx - play.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { GameId } from '../../../../../src/base/ids.ts';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import { configQuery } from '../../app/config.ts';
import { tabPlayer } from '../../app/tab-player.ts';
import { useStore } from '../../app/use-store.ts';
import { planWish } from '../../player/start.ts';
import { developmentWallet } from '../../wallet/development-wallet.ts';

function Play({ config }: { config: PublicConfig }) {
  const tab = tabPlayer(config, developmentWallet(), 'game');
  const phase = useStore(tab.player.phase);
  const box = useRef<HTMLDivElement>(null);
  const search = new URLSearchParams(window.location.search);
  useEffect(() => {
    box.current?.append(tab.screen.element);
    void tab.player.resume().then((back) => {
      const game = search.get('game') as GameId | null;
      if (back || game === null) return;
      void tab.player.planner.look(planWish({ game, path: 'auto' }));
      if (search.get('auto') === '1')
        void tab.player.start({ game, path: 'auto', settings: { codecs: ['h264', 'vp8'] } });
    });
  }, [tab.player.planner.look, tab.screen.element, tab.player.start, tab.player.resume, search.get]);
  return (
    <div>
      <div ref={box} style={{ position: 'relative', width: '100%', height: '70vh' }} />
      <p>{phase.kind}</p>
      <button type="button" onClick={() => tab.player.leave()}>
        leave
      </button>
    </div>
  );
}

/** Play page. */
export function Page() {
  const { data } = useQuery(configQuery);
  return data === undefined ? <p>…</p> : <Play config={data} />;
}
