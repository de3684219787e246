// clients/web/src/pages/cafe/use-plays.ts - what is measured of the games on the seats, asked while somebody looks: it changes each
// second, and the floor hears of none of it.
import { useQuery } from '@tanstack/react-query';
import type { CafeId } from '../../../../../src/base/ids.ts';
import type { SeatPlay } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { cafeCalls } from './cafe-calls.ts';

const AGAIN_MS = 5_000;
const none: ReadonlyMap<string, SeatPlay> = new Map();

/** The sessions by seat; none while nobody looks. */
export function usePlays(cafe: CafeId, looks: boolean): ReadonlyMap<string, SeatPlay> {
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'plays'],
    queryFn: async () => new Map((await need(cafeCalls.plays(cafe))).plays.map(({ seat, play }) => [seat, play])),
    enabled: looks,
    refetchInterval: AGAIN_MS,
    retry: false,
  });
  return looks ? (data ?? none) : none;
}
