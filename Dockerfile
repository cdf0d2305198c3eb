# The image of all of Rasid's services: Airflow's and the one that sets up.

ARG PYTHON_IMAGE=python:3.11-slim
FROM ${PYTHON_IMAGE} AS build
WORKDIR /opt/rasid
COPY requirements-uv.txt requirements.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && VIRTUAL_ENV=/opt/venv /opt/venv/bin/uv pip install --no-cache --require-hashes -r requirements.txt
COPY . .
# Editable, so that a folder that is mounted at config/ is the one that is read.
RUN VIRTUAL_ENV=/opt/venv /opt/venv/bin/uv pip install --no-cache --no-deps -e .

FROM ${PYTHON_IMAGE}
# Volumes take over who owns these folders.
RUN useradd --uid 50000 --gid 0 --create-home rasid \
    && install -d -o rasid -g 0 -m 775 /data /opt/airflow /opt/airflow/logs /keys /keys/desk /keys/job /keys/kibana
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/rasid /opt/rasid
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/rasid/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    RASID_DATA=/data
USER rasid
WORKDIR /opt/airflow
