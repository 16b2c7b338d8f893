-- Run once by an administrator of the cluster; passwords are set apart from this file.
create role {app}_owner nologin;
create role {app}_migrator login noinherit in role {app}_owner;
create role {app}_app login noinherit nobypassrls;
