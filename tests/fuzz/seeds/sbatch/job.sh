#!/bin/bash
#SBATCH -J fit -t15 -phive --array=0-15:2,20%4
#SBATCH --nodes=2-4 --ntasks-per-node=8 # a comment
#SBATCH --mem=20Gb --gres=gpu:a100:2,license:1
#SBATCH --job-name="two words" --exclusive=user --nice
#SBATCH --dependency=afterok:12:13,singleton --begin=now+1hour
#SBATCH --mail-user=x@example.org --signal=B:USR1@600
srun ./a.out
