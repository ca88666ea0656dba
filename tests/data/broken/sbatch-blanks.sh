#!/bin/bash
#SBATCH --ntasks = 1
#SBATCH --job-name = fit
