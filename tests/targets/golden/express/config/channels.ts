export const socketPath = '/v1/socket';

/** What one socket may cost. */
export const socketLimits = {
  ticketSeconds: 30,
  messageBytes: 65536,
  subscriptions: 100,
  waitingBytes: 1048576,
  burst: 200,
  messagesPerSecond: 10,
  pingSeconds: 30,
  checkSeconds: 4,
  events: 1000,
} as const;
