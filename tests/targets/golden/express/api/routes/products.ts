import { Router } from 'express';
import { ProductCreate, ProductUpdate } from '../../database/models/products.js';
import { includes } from '../../database/queries/includes.js';
import { products } from '../../database/queries/products.js';
import { create, list, remove, show, update } from '../controllers/resource.js';
import { everyone } from '../middleware/access.js';
import { only } from '../middleware/authentication.js';

export const productsRoutes = Router({ caseSensitive: true, strict: true });

productsRoutes.get('/products', everyone, list(products, includes.products));
productsRoutes.post('/products', only('staff', 'admin'), create(products, ProductCreate));
productsRoutes.get('/products/:id', everyone, show(products, includes.products));
productsRoutes.patch('/products/:id', only('staff', 'admin'), update(products, ProductUpdate));
productsRoutes.delete('/products/:id', only('admin'), remove(products));
