# A stand-in for an image that cannot be had: one Debian package (PACKAGE: nginx-light, prometheus).
ARG BASE=debian:bookworm-slim
FROM ${BASE}
ARG PACKAGE
RUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGE} && rm -rf /var/lib/apt/lists/* \
 && install -d -o 65534 -g 65534 /prometheus
