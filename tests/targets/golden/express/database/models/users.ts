import { patch, text } from './fields.js';

const fields = {
  name: text(1, 80),
};

export const UserUpdate = patch(fields);
