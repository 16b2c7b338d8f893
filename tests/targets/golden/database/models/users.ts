import { patch, text } from './fields.js';

const user = {
  name: text(1, 80),
};

export const UserUpdate = patch(user);
