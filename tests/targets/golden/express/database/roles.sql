-- Run once by an administrator of the cluster; passwords are set apart from this file.
create role shop_owner nologin;
create role shop_migrator login noinherit in role shop_owner;
create role shop_app login noinherit nobypassrls;
