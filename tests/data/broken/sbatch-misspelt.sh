#!/bin/bash
#SBATCH --partiton=gpu
