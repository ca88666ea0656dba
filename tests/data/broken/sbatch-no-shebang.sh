#SBATCH -n4
srun hostname
