-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA public;

DROP SERVER IF EXISTS obsportal CASCADE;
CREATE SERVER obsportal FOREIGN DATA WRAPPER postgres_fdw
  OPTIONS (host :'obsportal_host', port :'obsportal_port', dbname :'obsportal_dbname', extensions :'spatial', fetch_size '5000', async_capable 'true', connect_timeout '2', updatable 'false', options '-c jit=off', keepalives_idle '5', keepalives_interval '2', keepalives_count '3', tcp_user_timeout '6000');
CREATE USER MAPPING FOR CURRENT_USER SERVER obsportal OPTIONS (user :'obsportal_user', password :'obsportal_password', password_required 'false');
CREATE USER MAPPING FOR gateway SERVER obsportal OPTIONS (user :'obsportal_user', password :'obsportal_password', password_required 'false');
CREATE USER MAPPING FOR gateway_identity SERVER obsportal OPTIONS (user :'obsportal_user', password :'obsportal_password', password_required 'false');

DROP SERVER IF EXISTS oidb CASCADE;
CREATE SERVER oidb FOREIGN DATA WRAPPER postgres_fdw
  OPTIONS (host :'oidb_host', port :'oidb_port', dbname :'oidb_dbname', extensions :'spatial', fetch_size '5000', async_capable 'true', connect_timeout '2', updatable 'false', options '-c jit=off', keepalives_idle '5', keepalives_interval '2', keepalives_count '3', tcp_user_timeout '6000');
CREATE USER MAPPING FOR CURRENT_USER SERVER oidb OPTIONS (user :'oidb_user', password :'oidb_password', password_required 'false');
CREATE USER MAPPING FOR gateway SERVER oidb OPTIONS (user :'oidb_user', password :'oidb_password', password_required 'false');
CREATE USER MAPPING FOR gateway_identity SERVER oidb OPTIONS (user :'oidb_user', password :'oidb_password', password_required 'false');

DROP SERVER IF EXISTS jsdc CASCADE;
CREATE SERVER jsdc FOREIGN DATA WRAPPER postgres_fdw
  OPTIONS (host :'jsdc_host', port :'jsdc_port', dbname :'jsdc_dbname', extensions :'spatial', fetch_size '5000', async_capable 'true', connect_timeout '2', updatable 'false', options '-c jit=off', keepalives_idle '5', keepalives_interval '2', keepalives_count '3', tcp_user_timeout '6000');
CREATE USER MAPPING FOR CURRENT_USER SERVER jsdc OPTIONS (user :'jsdc_user', password :'jsdc_password', password_required 'false');
CREATE USER MAPPING FOR gateway SERVER jsdc OPTIONS (user :'jsdc_user', password :'jsdc_password', password_required 'false');
CREATE USER MAPPING FOR gateway_identity SERVER jsdc OPTIONS (user :'jsdc_user', password :'jsdc_password', password_required 'false');

DROP SERVER IF EXISTS spica CASCADE;
CREATE SERVER spica FOREIGN DATA WRAPPER postgres_fdw
  OPTIONS (host :'spica_host', port :'spica_port', dbname :'spica_dbname', extensions :'spatial', fetch_size '5000', async_capable 'true', connect_timeout '2', updatable 'false', options '-c jit=off', keepalives_idle '5', keepalives_interval '2', keepalives_count '3', tcp_user_timeout '6000');
CREATE USER MAPPING FOR CURRENT_USER SERVER spica OPTIONS (user :'spica_user', password :'spica_password', password_required 'false');
CREATE USER MAPPING FOR gateway SERVER spica OPTIONS (user :'spica_user', password :'spica_password', password_required 'false');
CREATE USER MAPPING FOR gateway_identity SERVER spica OPTIONS (user :'spica_user', password :'spica_password', password_required 'false');
