import type { Router } from 'express';
import { categoriesRoutes } from './categories.js';
import { identityRoutes } from './identity.js';
import { ordersRoutes } from './orders.js';
import { productsRoutes } from './products.js';
import { socketTicketRoutes } from './socket-ticket.js';
import { usersRoutes } from './users.js';

/** Every router below `/v1`, in the order of matching. */
export const routes: Router[] = [identityRoutes, socketTicketRoutes, usersRoutes, categoriesRoutes, productsRoutes, ordersRoutes];
