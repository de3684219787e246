// clients/web/src/app/game-title.ts - what a game is called in the reader's language; one that the hub offers no more by its id.
import { useQuery } from '@tanstack/react-query';
import { currentLanguage } from '../i18n/index.ts';
import { configQuery } from './config.ts';

/** Titles by id. */
export function useGameTitle(): (game: string) => string {
  const { data: config } = useQuery(configQuery);
  return (game) => config?.games.find(({ id }) => id === game)?.title[currentLanguage()] ?? game;
}
