// clients/web/src/pages/receipt/use-receipt.ts - a session's receipt and timeline. Right after the end the hub may still
// be writing it, or be away: asked again until it is there.
import { useQuery } from '@tanstack/react-query';
import type { SessionId } from '../../../../../src/base/ids.ts';
import { api, need } from '../../player/api.ts';

const AGAIN_MS = 1_000;

/** Both, as far as they are there. */
export function useReceipt(session: SessionId) {
  const receipt = useQuery({
    queryKey: ['receipt', session],
    queryFn: () => need(api.receipt(session)),
    staleTime: Number.POSITIVE_INFINITY, // Written once, never changed.
    retry: 30,
    retryDelay: AGAIN_MS,
  });
  const timeline = useQuery({
    queryKey: ['timeline', session],
    queryFn: () => need(api.timeline(session)),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: receipt.data !== undefined,
  });
  return { receipt: receipt.data, timeline: timeline.data, failed: receipt.failureCount >= 3 };
}
