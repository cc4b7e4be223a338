"""Score a table of texts on a cluster.

    spark-submit examples/spark_job.py INPUT.parquet OUTPUT.parquet [TEXT_COLUMN]

Every executor needs Python with `pip install 'huashu[spark]'`.
"""

import sys

from pyspark.sql import SparkSession

from huashu_api import spark

source, target, *text = sys.argv[1:]
session = SparkSession.builder.appName("huashu").getOrCreate()
spark.score(session.read.parquet(source), *text).write.parquet(target)
session.stop()
