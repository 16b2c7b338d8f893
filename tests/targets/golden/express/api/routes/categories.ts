import { Router } from 'express';
import { CategoryCreate, CategoryUpdate } from '../../database/models/categories.js';
import { categories } from '../../database/queries/categories.js';
import { create, list, remove, show, update } from '../controllers/resource.js';
import { everyone } from '../middleware/access.js';
import { only } from '../middleware/authentication.js';

export const categoriesRoutes = Router({ caseSensitive: true, strict: true });

categoriesRoutes.get('/categories', everyone, list(categories));
categoriesRoutes.post('/categories', only('staff', 'admin'), create(categories, CategoryCreate));
categoriesRoutes.get('/categories/:id', everyone, show(categories));
categoriesRoutes.patch('/categories/:id', only('staff', 'admin'), update(categories, CategoryUpdate));
categoriesRoutes.delete('/categories/:id', only('admin'), remove(categories));
