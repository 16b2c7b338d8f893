import { Router } from 'express';
import { includes } from '../../database/queries/includes.js';
import { orders } from '../../database/queries/orders.js';
import { cancelOrder } from '../../services/business/cancel-order.js';
import { deliverOrder } from '../../services/business/deliver-order.js';
import { payOrder } from '../../services/business/pay-order.js';
import { PlaceOrder, placeOrder } from '../../services/business/place-order.js';
import { shipOrder } from '../../services/business/ship-order.js';
import { idempotent } from '../controllers/idempotent.js';
import { transition } from '../controllers/operation.js';
import { list, show } from '../controllers/resource.js';
import { only } from '../middleware/authentication.js';
import { limited } from '../middleware/limits.js';

export const ordersRoutes = Router({ caseSensitive: true, strict: true });

ordersRoutes.get('/orders', only('customer', 'staff', 'admin'), list(orders, includes.orders));
ordersRoutes.post('/orders', only('customer'), limited('placeOrder'), idempotent('placeOrder', PlaceOrder, placeOrder, 201));
ordersRoutes.get('/orders/:id', only('customer', 'staff', 'admin'), show(orders, includes.orders));
ordersRoutes.post('/orders/:id/pay', only('staff', 'admin'), transition('orders.pay', payOrder, orders));
ordersRoutes.post('/orders/:id/ship', only('staff', 'admin'), transition('orders.ship', shipOrder, orders));
ordersRoutes.post('/orders/:id/deliver', only('staff', 'admin'), transition('orders.deliver', deliverOrder, orders));
ordersRoutes.post('/orders/:id/cancel', only('customer', 'staff', 'admin'), transition('orders.cancel', cancelOrder, orders));
