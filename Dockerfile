# The whole pipeline with its tested versions. This recipe has not been built by the project's tests.
#   docker build -t uav-rfsl .
#   docker run --rm -v "$PWD/results:/uav-rfsl/results" uav-rfsl results/figures/fig6a.pdf
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /uav-rfsl
COPY . .
RUN make .venv/.installed PYTHON=python3
ENV PATH=/uav-rfsl/.venv/bin:$PATH
ENTRYPOINT ["snakemake", "--cores", "all"]
CMD ["results/figures/fig6a.pdf"]
