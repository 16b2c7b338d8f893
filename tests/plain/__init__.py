"""What the gate `security` says of a plain, hand-written application, beside a generated one."""
