import { Router } from 'express';
import { UserUpdate } from '../../database/models/users.js';
import { users } from '../../database/queries/users.js';
import { showMe } from '../controllers/me.js';
import { list, show, update } from '../controllers/resource.js';
import { only } from '../middleware/authentication.js';

export const usersRoutes = Router({ caseSensitive: true, strict: true });

usersRoutes.get('/users', only('customer', 'staff', 'admin'), list(users));
usersRoutes.get('/me', only('customer', 'staff', 'admin'), showMe(users));
usersRoutes.get('/users/:id', only('customer', 'staff', 'admin'), show(users));
usersRoutes.patch('/users/:id', only('customer', 'staff', 'admin'), update(users, UserUpdate));
