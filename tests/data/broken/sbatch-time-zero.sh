#!/bin/bash
#SBATCH -t 0
