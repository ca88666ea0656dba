#!/bin/bash
#SBATCH -n4
#SBATCH –-exclusive
