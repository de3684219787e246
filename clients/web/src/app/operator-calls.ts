// clients/web/src/app/operator-calls.ts - the operator's console over HTTP as functions (protocol/operator-api.ts). Apart from
// player/api.ts: playing needs none of it.
import type { NodeId, SessionId } from '../../../../src/base/ids.ts';
import { bodyDecoder } from '../../../../src/protocol/body-decoder.ts';
import {
  type AlertsRequest,
  AlertsSetShape,
  AlertsShape,
  EndedPlayShape,
  type FleetAct,
  FleetDoneShape,
  FleetShape,
  LivePlayShape,
  type MailRequest,
  OperatorReportShape,
  SessionLogShape,
  WindowsMadeShape,
} from '../../../../src/protocol/operator-api.ts';
import { ask, tell } from '../player/api.ts';

const decoders = {
  live: bodyDecoder(LivePlayShape),
  ended: bodyDecoder(EndedPlayShape),
  log: bodyDecoder(SessionLogShape),
  report: bodyDecoder(OperatorReportShape),
  fleet: bodyDecoder(FleetShape),
  done: bodyDecoder(FleetDoneShape),
  made: bodyDecoder(WindowsMadeShape),
  alerts: bodyDecoder(AlertsShape),
  alertsSet: bodyDecoder(AlertsSetShape),
};

/** Every call; each is one request and needs a login. */
export const operatorCalls = {
  live: () => ask('/api/operator/sessions', decoders.live),
  ended: () => ask('/api/operator/ended', decoders.ended),
  log: (node: NodeId, session: SessionId) => ask(`/api/operator/nodes/${node}/sessions/${session}/log`, decoders.log),
  report: () => ask('/api/operator/report', decoders.report),
  fleet: () => ask('/api/operator/fleet', decoders.fleet),
  actOnFleet: (nodes: readonly NodeId[], act: FleetAct) =>
    ask('/api/operator/fleet', decoders.done, { method: 'POST', body: { nodes, act } }),
  plan: (nodes: readonly NodeId[], fromMs: number, untilMs: number) =>
    ask('/api/operator/windows', decoders.made, { method: 'POST', body: { nodes, fromMs, untilMs } }),
  alerts: () => ask('/api/operator/alerts', decoders.alerts),
  setAlerts: (body: AlertsRequest) => ask('/api/operator/alerts', decoders.alertsSet, { method: 'PUT', body }),
  askMail: (body: MailRequest) => tell('/api/operator/alerts/mail', { method: 'POST', body }),
  confirmMail: (body: MailRequest & { readonly code: string }) =>
    tell('/api/operator/alerts/mail/confirm', { method: 'POST', body }),
  cancelPlan: (id: string) => tell(`/api/operator/windows/${id}`, { method: 'DELETE' }),
};
