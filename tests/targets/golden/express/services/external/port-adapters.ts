import { adapters } from '../../config/ports.js';
import type { Ports } from './caller.js';
import type { PaymentsAuthorizeInput, PaymentsPort } from './port-contracts.js';
import { sandboxPayments } from './port-sandbox.js';
import { realPayments } from './ports/payments.js';

const paymentsPort: PaymentsPort = adapters.payments === 'real' ? realPayments : sandboxPayments(adapters.payments.split(':')[1]);

export const ports: Ports = {
  'payments.authorize': (input: PaymentsAuthorizeInput, key, signal) => paymentsPort.authorize(input, key, signal),
};
