# nginx in front of the gateway, as Debian has it: the very one that the tests run docker/front.conf with.
ARG DEBIAN_IMAGE
FROM ${DEBIAN_IMAGE}
RUN apt-get update \
 && apt-get install --yes --no-install-recommends nginx-light \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory /etc/nginx/tls
COPY docker/front.conf /etc/nginx/front.conf
USER www-data
EXPOSE 8080 8443
CMD ["nginx", "-e", "stderr", "-c", "/etc/nginx/front.conf", "-g", "daemon off;"]
