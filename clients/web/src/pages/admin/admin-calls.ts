// clients/web/src/pages/admin/admin-calls.ts - the interface for those who run a hub (protocol/admin-api.ts) as functions.
import {
  type AdminAct,
  AdminStateShape,
  AuditLineShape,
  AuditPageShape,
  RevenueShape,
} from '../../../../../src/protocol/admin-api.ts';
import { bodyDecoder } from '../../../../../src/protocol/body-decoder.ts';
import { ask } from '../../player/api.ts';

const decoders = {
  state: bodyDecoder(AdminStateShape),
  revenue: bodyDecoder(RevenueShape),
  audit: bodyDecoder(AuditPageShape),
  line: bodyDecoder(AuditLineShape),
};

/** Every call; each is one request, and each is refused with FORBIDDEN for everybody else. */
export const adminCalls = {
  state: () => ask('/api/admin/state', decoders.state),
  revenue: () => ask('/api/admin/revenue?days=30', decoders.revenue),
  audit: () => ask('/api/admin/audit?limit=50', decoders.audit),
  /** The same key acts once, however often it is pressed. */
  act: (key: string, act: AdminAct, reason: string) =>
    ask('/api/admin/acts', decoders.line, { method: 'POST', body: { key, reason, act } }),
};
